// Between two rounds of k-means++: takes the candidate with the lowest potential, the first among equals, as the next
// centroid, and draws the blocks of the next candidates with probability proportional to their sums of weight × squared
// distance to the centroids so far, and how far into the block's own sum (D. Arthur and S. Vassilvitskii, SODA 2007).
// With `farthest`, the block with the greatest distance is taken instead. If all sums are 0, so that all points of
// positive weight lie on centroids, `fallback` is taken. In round 0 there is no candidate yet, and `potentials` are the
// weights of the blocks.
//
// One workgroup. Blocks belong to RUNS runs in turn, whose sums are added: neighbouring threads read neighbouring blocks,
// and the workgroup's size does not change the choice. A thread then totals one candidate, and draws one.

const RUNS = 256u;

var<workgroup> runs: array<f32, RUNS * MAX_TRIALS>;
var<workgroup> greatestBlocks: array<u32, RUNS>;
var<workgroup> totals: array<f32, MAX_TRIALS>;

fn sumRun(candidate: u32, run: u32) {
  var sum = 0.0;
  var greatest = -1.0;
  for (var block = run; block < parameters.blockCount; block += RUNS) {
    let value = potentials[candidate * parameters.blockCount + block];
    sum += value;
    if (parameters.farthest != 0u && value > greatest) {
      greatest = value;
      greatestBlocks[run] = block;
    }
  }
  runs[candidate * RUNS + run] = select(sum, greatest, parameters.farthest != 0u);
}

fn takeFarthest() {
  var best = 0u;
  for (var run = 1u; run < min(RUNS, parameters.blockCount); run++) {
    let first = runs[run] == runs[best] && greatestBlocks[run] < greatestBlocks[best];
    if (runs[run] > runs[best] || first) {
      best = run;
    }
  }
  pickedBlocks[0] = select(parameters.fallback, greatestBlocks[best], runs[best] > 0.0);
  picks[0] = 0.0;
}

fn draw(candidate: u32, chosen: u32) {
  var rest = randomUnit(vec3<u32>(parameters.seed, parameters.round, candidate)) * totals[chosen];
  // The last nonzero run, and its last nonzero block, absorb the rounding error.
  var last = 0u;
  for (var run = 0u; run < RUNS; run++) {
    let sum = runs[chosen * RUNS + run];
    if (sum > 0.0) {
      last = run;
      if (rest < sum) {
        break;
      }
      rest -= sum;
    }
  }
  var picked = parameters.fallback;
  for (var block = last; block < parameters.blockCount; block += RUNS) {
    let sum = potentials[chosen * parameters.blockCount + block];
    if (sum > 0.0) {
      picked = block;
      if (rest < sum) {
        break;
      }
      rest -= sum;
    }
  }
  pickedBlocks[candidate] = picked;
  picks[candidate] = rest;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(local_invocation_index) local: u32) {
  for (var i = local; i < RUNS * parameters.candidateCount; i += WORKGROUP_SIZE) {
    sumRun(i / RUNS, i % RUNS);
  }
  workgroupBarrier();
  for (var candidate = local; candidate < parameters.candidateCount; candidate += WORKGROUP_SIZE) {
    var total = 0.0;
    for (var run = 0u; run < RUNS; run++) {
      total += runs[candidate * RUNS + run];
    }
    totals[candidate] = total;
  }
  workgroupBarrier();
  var chosen = 0u;
  for (var candidate = 1u; candidate < parameters.candidateCount; candidate++) {
    chosen = select(chosen, candidate, totals[candidate] < totals[chosen]);
  }
  if (parameters.round > 0u) {
    let columns = parameters.columns;
    let stride = (columns + 3u) / 4u * 4u;
    for (var column = local; column < columns; column += WORKGROUP_SIZE) {
      let x = candidates[chosen * stride + column];
      centroids[(parameters.round - 1u) * columns + column] = x;
      candidates[parameters.latest * stride + column] = x;
    }
  }
  if (parameters.farthest == 0u) {
    for (var candidate = local; candidate < parameters.drawCount; candidate += WORKGROUP_SIZE) {
      draw(candidate, chosen);
    }
  } else if (local == 0u) {
    takeFarthest();
  }
}
