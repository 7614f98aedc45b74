// Ends a mini-batch of k-means: updates an exponential moving average of the inertia of the batches, each measured
// before its update, and stops when the average has not fallen for `patience` batches, as scikit-learn's
// MiniBatchKMeans does. The first batch has the inertia of the seeds and is left out. `average` holds the average, its
// minimum, and 1 plus the number of batches since the minimum (0 before the first). `total` is the weight of the batch,
// `share` its part in the average. One workgroup.

var<workgroup> partial: array<f32, 64>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(local_invocation_index) local: u32) {
  // 64 partial sums regardless of the workgroup's size, which therefore does not change the result.
  for (var lane = local; lane < 64u; lane += WORKGROUP_SIZE) {
    var sum = 0.0;
    for (var block = lane; block < parameters.blocks; block += 64u) {
      sum += blockSums[block];
    }
    partial[lane] = sum;
  }
  workgroupBarrier();
  if (local != 0u || state[STATE_STOPPED] != 0u || state[STATE_ITERATIONS] < 2u || parameters.total <= 0.0) {
    return;
  }
  var sum = 0.0;
  for (var lane = 0u; lane < 64u; lane++) {
    sum += partial[lane];
  }
  let inertia = sum / parameters.total;
  let began = average[2] > 0.0;
  let now = select(inertia, average[0] + parameters.share * (inertia - average[0]), began);
  average[0] = now;
  if (!began || now < average[1]) {
    average[1] = now;
    average[2] = 1.0;
    return;
  }
  average[2] += 1.0;
  if (average[2] > f32(parameters.patience)) {
    state[STATE_STOPPED] = STOPPED_CONVERGED;
  }
}
