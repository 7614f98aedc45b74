// Draws the blocks of the next candidates of k-means++: blocks of points drawn with probability proportional to their
// sums of weight × squared distance to the centroids so far, and how far into the block's own sum (D. Arthur and S.
// Vassilvitskii, SODA 2007). With `farthest`, the block with the greatest distance instead. If all sums are 0, so that
// all points of positive weight lie on centroids, `fallback` is taken. One workgroup: a thread sums a run of blocks,
// thread 0 scans the runs, then one thread finds one candidate.

const RUNS = 64u;

var<workgroup> runs: array<f32, 64>;
var<workgroup> runBlocks: array<u32, 64>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(local_invocation_index) local: u32) {
  let length = (parameters.blockCount + RUNS - 1u) / RUNS;
  for (var run = local; run < RUNS; run += WORKGROUP_SIZE) {
    let first = min(run * length, parameters.blockCount);
    let end = min(first + length, parameters.blockCount);
    var sum = 0.0;
    var greatest = -1.0;
    var at = 0u;
    for (var block = first; block < end; block++) {
      let value = blockSums[block];
      sum += value;
      if (value > greatest) {
        greatest = value;
        at = block;
      }
    }
    runs[run] = select(sum, greatest, parameters.farthest != 0u);
    runBlocks[run] = at;
  }
  workgroupBarrier();
  if (parameters.farthest != 0u) {
    if (local == 0u) {
      var best = 0u;
      for (var run = 1u; run < RUNS; run++) {
        if (runs[run] > runs[best]) {
          best = run;
        }
      }
      pickedBlocks[0] = select(parameters.fallback, runBlocks[best], runs[best] > 0.0);
      picks[0] = 0.0;
    }
    return;
  }
  var total = 0.0;
  for (var run = 0u; run < RUNS; run++) {
    total += runs[run];
  }
  for (var candidate = local; candidate < parameters.candidateCount; candidate += WORKGROUP_SIZE) {
    var rest = randomUnit(vec3<u32>(parameters.seed, parameters.round, candidate)) * total;
    // The last nonzero run, and its last nonzero block, absorb the rounding error.
    var chosen = 0u;
    for (var run = 0u; run < RUNS; run++) {
      if (runs[run] > 0.0) {
        chosen = run;
        if (rest < runs[run]) {
          break;
        }
        rest -= runs[run];
      }
    }
    let first = min(chosen * length, parameters.blockCount - 1u);
    var picked = parameters.fallback;
    for (var block = first; block < min(first + length, parameters.blockCount); block++) {
      if (blockSums[block] > 0.0) {
        picked = block;
        if (rest < blockSums[block]) {
          break;
        }
        rest -= blockSums[block];
      }
    }
    pickedBlocks[candidate] = picked;
    picks[candidate] = rest;
  }
}
