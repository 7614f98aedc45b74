// The chain rule through an element-wise activation: the gradient with respect to its result becomes, in place, the one
// with respect to its argument. One thread takes one element.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = invocationIndex(invocation);
  if (index >= parameters.count) {
    return;
  }
  gradient[index] *= activationSlope(parameters.activation, outputs[index]);
}
