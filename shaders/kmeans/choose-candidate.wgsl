// Takes the candidate with the lowest potential, the first among equals, as the next centroid. One workgroup; 64
// partial sums per candidate regardless of the workgroup's size, which therefore does not change the choice.

var<workgroup> partial: array<f32, 64>;
var<workgroup> least: f32;
var<workgroup> chosen: u32;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(local_invocation_index) local: u32) {
  if (local == 0u) {
    least = 3.4e38;
    chosen = 0u;
  }
  for (var candidate = 0u; candidate < parameters.candidateCount; candidate++) {
    for (var lane = local; lane < 64u; lane += WORKGROUP_SIZE) {
      var sum = 0.0;
      for (var block = lane; block < parameters.blockCount; block += 64u) {
        sum += potentials[candidate * parameters.blockCount + block];
      }
      partial[lane] = sum;
    }
    workgroupBarrier();
    if (local == 0u) {
      var sum = 0.0;
      for (var lane = 0u; lane < 64u; lane++) {
        sum += partial[lane];
      }
      if (sum < least) {
        least = sum;
        chosen = candidate;
      }
    }
    workgroupBarrier();
  }
  for (var column = local; column < parameters.columns; column += WORKGROUP_SIZE) {
    centroids[parameters.centroid * parameters.columns + column] = candidates[chosen * parameters.columns + column];
  }
}
