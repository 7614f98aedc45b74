// Convolution of images with channels last, y = f(x ∗ W + bias), and with TRANSPOSED its transpose, which is the
// gradient of a convolution with respect to its inputs and the layer that enlarges images. The windows are read in
// place: no matrix of them is ever stored. One thread computes FILTERS channels of PIXELS pixels, WORKGROUP_SIZE apart,
// so that each number of the source is used FILTERS times and each weight PIXELS times, and all threads of a workgroup
// read the same weights.
//
// The small image is rows × smallHeight × smallWidth, the large one rows × largeHeight × largeWidth; tap (ky, kx) of
// the small pixel (y, x) is the large pixel (y · stride + ky − top, x · stride + kx − left), if that exists. A
// convolution goes from the large to the small one. The weight of a tap is at tap · tapStride + source · sourceStride +
// target · targetStride, with the channels of either side.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let filterBlocks = (parameters.targets + FILTERS - 1u) / FILTERS;
  let block = workgroupIndex(invocation);
  let firstPixel = parameters.firstPixel + block / filterBlocks * (WORKGROUP_SIZE * PIXELS) + invocation.local;
  let endPixel = parameters.firstPixel + parameters.pixelCount;
  if (firstPixel >= endPixel) {
    return;
  }
  let firstTarget = block % filterBlocks * FILTERS;
//#if ${TRANSPOSED}
  let targetSize = vec2<u32>(parameters.largeHeight, parameters.largeWidth);
  let sourceSize = vec2<u32>(parameters.smallHeight, parameters.smallWidth);
//#else
  let targetSize = vec2<u32>(parameters.smallHeight, parameters.smallWidth);
  let sourceSize = vec2<u32>(parameters.largeHeight, parameters.largeWidth);
//#endif
  // Past the end, the last pixel or channel is computed again and not written.
  var image: array<u32, PIXELS>;
  var place: array<vec2<u32>, PIXELS>;
  for (var p = 0u; p < PIXELS; p++) {
    let pixel = min(firstPixel + p * WORKGROUP_SIZE, endPixel - 1u);
    image[p] = pixel / (targetSize.x * targetSize.y) * sourceSize.x * sourceSize.y;
    place[p] = vec2<u32>(pixel / targetSize.y % targetSize.x, pixel % targetSize.y);
  }
  var weightAt: array<u32, FILTERS>;
  for (var f = 0u; f < FILTERS; f++) {
    let channel = min(firstTarget + f, parameters.targets - 1u);
    weightAt[f] = parameters.weightOffset + channel * parameters.targetStride;
  }

  var sum: array<f32, PIXELS * FILTERS>;
  let border = vec2<u32>(parameters.top, parameters.left);
  for (var tap = 0u; tap < parameters.size * parameters.size; tap++) {
    let offset = vec2<u32>(tap / parameters.size, tap % parameters.size);
    var start: array<u32, PIXELS>;
    var inside: array<bool, PIXELS>;
    for (var p = 0u; p < PIXELS; p++) {
      // Coordinates left of or above an image wrap around to huge numbers, which are outside as well.
//#if ${TRANSPOSED}
      let shifted = place[p] + border - offset;
      let at = shifted / parameters.stride;
      inside[p] = all(at * parameters.stride == shifted) && all(at < sourceSize);
//#else
      let at = place[p] * parameters.stride + offset - border;
      inside[p] = all(at < sourceSize);
//#endif
      start[p] = select(0u, (image[p] + at.x * sourceSize.y + at.y) * parameters.sources, inside[p]);
    }
    let tapAt = tap * parameters.tapStride;
    for (var channel = 0u; channel < parameters.sources; channel++) {
      var x: array<f32, PIXELS>;
      for (var p = 0u; p < PIXELS; p++) {
        x[p] = select(0.0, source[start[p] + channel], inside[p]);
      }
      for (var f = 0u; f < FILTERS; f++) {
        let weight = weights[weightAt[f] + tapAt + channel * parameters.sourceStride];
        for (var p = 0u; p < PIXELS; p++) {
          sum[f * PIXELS + p] += x[p] * weight;
        }
      }
    }
  }

  for (var f = 0u; f < FILTERS; f++) {
    let channel = firstTarget + f;
    if (channel < parameters.targets) {
      var addend = 0.0;
      if (parameters.biased != 0u) {
        addend = weights[parameters.biasOffset + channel];
      }
      for (var p = 0u; p < PIXELS; p++) {
        let pixel = firstPixel + p * WORKGROUP_SIZE;
        if (pixel < endPixel) {
          images[pixel * parameters.targets + channel] = activate(parameters.activation, sum[f * PIXELS + p] + addend);
        }
      }
    }
  }
}
