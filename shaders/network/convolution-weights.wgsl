// The gradient of a convolution with respect to its weights: row (tap, large channel), column small channel, the sum
// over all small pixels of the large image's number under the tap times the small image's. With BIAS a last row, of the
// sums of the small image's numbers. The pixels are divided into slices of `slicePixels`, whose sums sum-slices adds:
// few weights get many threads, and the order of additions is fixed.
//
// One thread computes COLUMNS columns of one row of one slice, so that neighbouring threads read neighbouring large
// channels and all threads of a workgroup read the same numbers of the small image. The images have the layout of
// convolve.wgsl.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let taps = parameters.size * parameters.size;
//#if ${BIAS}
  let rows = taps * parameters.largeChannels + 1u;
//#else
  let rows = taps * parameters.largeChannels;
//#endif
  let columns = parameters.smallChannels;
  let rowBlocks = (rows + WORKGROUP_SIZE - 1u) / WORKGROUP_SIZE;
  let columnBlocks = (columns + COLUMNS - 1u) / COLUMNS;
  let block = workgroupIndex(invocation);
  let sliceBlock = block / (rowBlocks * columnBlocks);
  let row = block % rowBlocks * WORKGROUP_SIZE + invocation.local;
  if (sliceBlock >= parameters.slices || row >= rows) {
    return;
  }
  let firstColumn = block / rowBlocks % columnBlocks * COLUMNS;
  let tap = row / parameters.largeChannels;
  let channel = row % parameters.largeChannels;
  let offset = vec2<u32>(tap / parameters.size, tap % parameters.size) - vec2<u32>(parameters.top, parameters.left);
  let largeSize = vec2<u32>(parameters.largeHeight, parameters.largeWidth);
  var columnAt: array<u32, COLUMNS>;
  for (var c = 0u; c < COLUMNS; c++) {
    columnAt[c] = min(firstColumn + c, columns - 1u);
  }

  var sum: array<f32, COLUMNS>;
  let slice = parameters.firstSlice + sliceBlock;
  let first = slice * parameters.slicePixels;
  let end = min(first + parameters.slicePixels, parameters.pixelCount);
  for (var pixel = first; pixel < end; pixel++) {
    let image = pixel / (parameters.smallHeight * parameters.smallWidth);
    let place = vec2<u32>(pixel / parameters.smallWidth % parameters.smallHeight, pixel % parameters.smallWidth);
    let at = place * parameters.stride + offset;
    let inside = all(at < largeSize);
    let index = ((image * largeSize.x + at.x) * largeSize.y + at.y) * parameters.largeChannels + channel;
    var x = select(0.0, large[select(0u, index, inside)], inside);
//#if ${BIAS}
    x = select(x, 1.0, row == rows - 1u);
//#endif
    for (var c = 0u; c < COLUMNS; c++) {
      sum[c] += x * small[pixel * columns + columnAt[c]];
    }
  }
  for (var c = 0u; c < COLUMNS; c++) {
    if (firstColumn + c < columns) {
      sums[(slice * rows + row) * columns + firstColumn + c] = sum[c];
    }
  }
}
