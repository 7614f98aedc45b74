// Dropout (N. Srivastava et al., JMLR 15, 2014): each number becomes 0 with probability `rate`, otherwise it is divided
// by 1 − rate. The generator gives the same choice for the same index, step and seed, so that the gradient passes
// through the kept numbers. One thread takes one number.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = invocationIndex(invocation);
  if (index >= parameters.count) {
    return;
  }
  let dropped = randomUnit(vec3<u32>(index, parameters.step, parameters.seed)) < parameters.rate;
  kept[index] = select(values[index] / (1.0 - parameters.rate), 0.0, dropped);
}
