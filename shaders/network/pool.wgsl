// Reduces each window of size × size pixels of an image with channels last to one number; windows at the right and
// lower border are cut off there. MAX takes the maximum, MEAN the mean, otherwise the sum is taken. One thread computes
// one number.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = invocationIndex(invocation);
  if (index >= parameters.count) {
    return;
  }
  let channel = index % parameters.channels;
  let pixel = index / parameters.channels;
  let image = pixel / (parameters.smallHeight * parameters.smallWidth);
  let firstY = pixel / parameters.smallWidth % parameters.smallHeight * parameters.size;
  let firstX = pixel % parameters.smallWidth * parameters.size;
  let endY = min(firstY + parameters.size, parameters.largeHeight);
  let endX = min(firstX + parameters.size, parameters.largeWidth);
//#if ${MAX}
  let first = ((image * parameters.largeHeight + firstY) * parameters.largeWidth + firstX) * parameters.channels + channel;
  var result = large[first];
//#else
  var result = 0.0;
//#endif
  for (var y = firstY; y < endY; y++) {
    for (var x = firstX; x < endX; x++) {
      let value = large[((image * parameters.largeHeight + y) * parameters.largeWidth + x) * parameters.channels + channel];
//#if ${MAX}
      result = max(result, value);
//#else
      result += value;
//#endif
    }
  }
//#if ${MEAN}
  result /= f32((endY - firstY) * (endX - firstX));
//#endif
  small[index] = result;
}
