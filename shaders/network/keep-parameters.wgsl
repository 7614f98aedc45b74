// Copies the parameters if the state says to keep this epoch's. One thread copies one.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = invocationIndex(invocation);
  if (index < parameters.count && state[STATE_KEEP] != 0u) {
    kept[index] = weights[index];
  }
}
