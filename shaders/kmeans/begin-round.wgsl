// Starts a round of k-means on the device: a new state, no invalid point, and sums of no points. One thread clears one
// word of the sums; the first does the rest.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = invocationIndex(invocation);
  if (index < parameters.sumWords) {
    sums[index] = 0u;
  }
  if (index != 0u) {
    return;
  }
  for (var word = 0u; word <= STATE_MOVES; word++) {
    state[word] = 0u;
  }
  firstBad[0] = NONE;
}
