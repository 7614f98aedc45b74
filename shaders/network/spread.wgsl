// Spreads the number of each window of size × size pixels over the window: the transpose of pool.wgsl, and the layer
// that enlarges images. MAX gives it to the first maximum of `original`, the pooled image, and 0 to the others; MEAN
// divides it by the number of pixels of the window; otherwise every pixel gets it. One thread computes one number.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = invocationIndex(invocation);
  if (index >= parameters.count) {
    return;
  }
  let channels = parameters.channels;
  let channel = index % channels;
  let pixel = index / channels;
  let image = pixel / (parameters.largeHeight * parameters.largeWidth);
  let smallY = pixel / parameters.largeWidth % parameters.largeHeight / parameters.size;
  let smallX = pixel % parameters.largeWidth / parameters.size;
  var value = small[((image * parameters.smallHeight + smallY) * parameters.smallWidth + smallX) * channels + channel];
//#if ${MEAN}
  let height = min(parameters.size, parameters.largeHeight - smallY * parameters.size);
  let width = min(parameters.size, parameters.largeWidth - smallX * parameters.size);
  value /= f32(height * width);
//#elif ${MAX}
  let own = original[index];
  for (var y = smallY * parameters.size; y < min((smallY + 1u) * parameters.size, parameters.largeHeight); y++) {
    for (var x = smallX * parameters.size; x < min((smallX + 1u) * parameters.size, parameters.largeWidth); x++) {
      let other = ((image * parameters.largeHeight + y) * parameters.largeWidth + x) * channels + channel;
      if (original[other] > own || (original[other] == own && other < index)) {
        value = 0.0;
      }
    }
  }
//#endif
  large[index] = value;
}
