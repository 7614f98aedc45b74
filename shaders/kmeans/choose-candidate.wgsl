// Between two rounds of k-means++: takes the candidate with the lowest potential, the first among equals, as the next
// centroid, and draws the blocks of the next candidates with probability proportional to their sums of weight × squared
// distance to the centroids so far, and how far into the block's own sum (D. Arthur and S. Vassilvitskii, SODA 2007).
// With `farthest`, the block with the greatest distance is taken instead. If all sums are 0, so that all points of
// positive weight lie on centroids, it is the first.
//
// One workgroup. Runs of blocks are added up first, so that its size does not change the choice; then a thread totals one
// candidate, and draws one. With `farthest`, maxima take the place of sums.

const RUNS = 256u;
// 2 + ⌊ln 65 536⌋.
const MAX_TRIALS = 13u;

var<workgroup> runs: array<f32, RUNS * MAX_TRIALS>;
var<workgroup> totals: array<f32, MAX_TRIALS>;

fn add(sum: f32, value: f32) -> f32 {
  return select(sum + value, max(sum, value), parameters.farthest != 0u);
}

// The first whose sum passes the rest, or reaches it with `farthest`; the last that is not 0 absorbs the rounding error.
fn passes(rest: ptr<function, f32>, sum: f32) -> bool {
  if (select(*rest < sum, *rest == sum, parameters.farthest != 0u)) {
    return true;
  }
  *rest -= select(sum, 0.0, parameters.farthest != 0u);
  return false;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(local_invocation_index) local: u32) {
  let length = (parameters.blockCount + RUNS - 1u) / RUNS;
  for (var i = local; i < RUNS * parameters.candidateCount; i += WORKGROUP_SIZE) {
    let first = i % RUNS * length;
    var sum = 0.0;
    for (var block = first; block < min(first + length, parameters.blockCount); block++) {
      sum = add(sum, potentials[i / RUNS * parameters.blockCount + block]);
    }
    runs[i] = sum;
  }
  workgroupBarrier();
  for (var candidate = local; candidate < parameters.candidateCount; candidate += WORKGROUP_SIZE) {
    var total = 0.0;
    for (var run = 0u; run < RUNS; run++) {
      total = add(total, runs[candidate * RUNS + run]);
    }
    totals[candidate] = total;
  }
  workgroupBarrier();
  var chosen = 0u;
  for (var candidate = 1u; candidate < parameters.candidateCount; candidate++) {
    chosen = select(chosen, candidate, totals[candidate] < totals[chosen]);
  }
  let columns = parameters.columns;
  let stride = (columns + 3u) / 4u * 4u;
  for (var column = local; column < columns; column += WORKGROUP_SIZE) {
    let x = candidates[chosen * stride + column];
    centroids[(parameters.round - 1u) * columns + column] = x;
    candidates[parameters.latest * stride + column] = x;
  }
  for (var candidate = local; candidate < parameters.latest; candidate += WORKGROUP_SIZE) {
    let unit = randomUnit(vec3<u32>(parameters.seed, parameters.round, candidate));
    var rest = totals[chosen] * select(unit, 1.0, parameters.farthest != 0u);
    var last = 0u;
    for (var run = 0u; run < RUNS; run++) {
      let sum = runs[chosen * RUNS + run];
      if (sum > 0.0) {
        last = run;
        if (passes(&rest, sum)) {
          break;
        }
      }
    }
    var picked = 0u;
    let first = last * length;
    for (var block = first; block < min(first + length, parameters.blockCount); block++) {
      let sum = potentials[chosen * parameters.blockCount + block];
      if (sum > 0.0) {
        picked = block;
        if (passes(&rest, sum)) {
          break;
        }
      }
    }
    pickedBlocks[candidate] = picked;
    picks[candidate] = rest;
  }
}
