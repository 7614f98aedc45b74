// Takes the candidate with the lowest potential, the first among equals, as the next seed, if any was drawn. One
// workgroup: each thread sums a run of a candidate's blocks, then one thread sums a candidate's runs.

const RUNS = 16u;
const MAX_TRIALS = 16u;

var<workgroup> runs: array<vec2<u32>, 256>;
var<workgroup> sums: array<vec2<u32>, MAX_TRIALS>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(local_invocation_index) local: u32) {
  let count = parameters.blockCount;
  let length = (count + RUNS - 1u) / RUNS;
  // A single trial needs no comparison.
  let compared = select(parameters.trials, 0u, parameters.trials == 1u);
  for (var place = local; place < compared * RUNS; place += WORKGROUP_SIZE) {
    let first = min((place % RUNS) * length, count);
    var sum = vec2<u32>();
    for (var block = first; block < min(first + length, count); block++) {
      sum = addU64(sum, potentials[place / RUNS * count + block]);
    }
    runs[place] = sum;
  }
  workgroupBarrier();
  for (var trial = local; trial < compared; trial += WORKGROUP_SIZE) {
    var sum = vec2<u32>();
    for (var run = 0u; run < RUNS; run++) {
      sum = addU64(sum, runs[trial * RUNS + run]);
    }
    sums[trial] = sum;
  }
  workgroupBarrier();
  if (local != 0u || state[STATE_DRAWN] == 0u) {
    return;
  }
  var best = 0u;
  for (var trial = 1u; trial < compared; trial++) {
    if (lessU64(sums[trial], sums[best])) {
      best = trial;
    }
  }
  seeds[parameters.seed] = candidates[best];
  state[STATE_SEEDS] += 1u;
}
