// Counts the clusters without points. If there are any and the caller wants them filled, everything stops until the
// host has done so. One thread checks one cluster.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let k = invocationIndex(invocation);
  if (k >= parameters.centroidCount || atomicLoad(&state[STATE_STOPPED]) != 0u) {
    return;
  }
  if (sums[k * (3u + 2u * parameters.columns)] == 0u) {
    atomicAdd(&state[STATE_EMPTY], 1u);
  }
}
