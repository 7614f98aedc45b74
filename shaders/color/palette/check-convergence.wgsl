// Ends one of Lloyd's iterations: counts it and decides whether it was the last. With a threshold of zero that is when
// no label changed, otherwise when the centroids moved by at most the threshold in total (units of 1/2048). After that,
// the other kernels change nothing. One thread.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(local_invocation_index) local: u32) {
  if (local != 0u || state[STATE_CONVERGED] != 0u) {
    return;
  }
  let movement = vec2<u32>(state[STATE_MOVEMENT], state[STATE_MOVEMENT + 1u]);
  let threshold = vec2<u32>(parameters.thresholdLow, parameters.thresholdHigh);
  let still = select(state[STATE_CHANGES] == 0u, !lessU64(threshold, movement), parameters.byMovement != 0u);
  state[STATE_CONVERGED] = select(0u, 1u, still);
  state[STATE_ITERATIONS] += 1u;
  state[STATE_CHANGES] = 0u;
  state[STATE_MOVEMENT] = 0u;
  state[STATE_MOVEMENT + 1u] = 0u;
}
