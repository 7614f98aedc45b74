// Adds slices of moments to their sums, element by element, in order. One thread takes one element.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = invocationIndex(invocation);
  if (index >= parameters.count) {
    return;
  }
  var sum = 0.0;
  for (var slice = 0u; slice < parameters.slices; slice++) {
    sum += slices[slice * parameters.count + index];
  }
  moments[index] += sum;
}
