// Ends an iteration: counts it, sums the movement of the centroids, in a fixed order, and decides whether it was the
// last: by movement, Σ‖μᵗ − μᵗ⁻¹‖ ≤ threshold, or when no label changed. From then on the other kernels do nothing. It
// also stops them, without counting, while empty clusters wait for the host. One workgroup.

var<workgroup> partial: array<f32, 64>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(local_invocation_index) local: u32) {
  // 64 partial sums regardless of the workgroup's size, which therefore does not change the result.
  for (var lane = local; lane < 64u; lane += WORKGROUP_SIZE) {
    var sum = 0.0;
    for (var k = lane; k < parameters.centroidCount; k += 64u) {
      sum += movements[k];
    }
    partial[lane] = sum;
  }
  workgroupBarrier();
  if (local != 0u || state[STATE_STOPPED] != 0u) {
    return;
  }
  if (parameters.fillEmpty != 0u && state[STATE_EMPTY] != 0u) {
    state[STATE_STOPPED] = STOPPED_EMPTY;
    return;
  }
  var movement = 0.0;
  for (var lane = 0u; lane < 64u; lane++) {
    movement += partial[lane];
  }
  let still = select(state[STATE_CHANGES] == 0u, movement <= parameters.threshold, parameters.byMovement != 0u);
  if (still) {
    state[STATE_STOPPED] = STOPPED_CONVERGED;
  }
  state[STATE_ITERATIONS] += 1u;
  state[STATE_CHANGES] = 0u;
  state[STATE_EMPTY] = 0u;
}
