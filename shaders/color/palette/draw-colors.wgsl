// Draws the next candidates of k-means++: colours with probability proportional to weight × squared distance to the
// seeds so far, in integers: with a random number r of 64 bits, the first colour at which the cumulative sum exceeds
// r·total / 2⁶⁴ (D. Arthur and S. Vassilvitskii, SODA 2007). With `farthest`, the single colour with the greatest
// distance, the first among equals (maximin: T. Gonzalez, TCS 38, 1985). None if all distances are 0. One workgroup:
// each thread sums a run of blocks, then one thread finds one candidate.

const RUNS = 64u;

var<workgroup> runs: array<vec2<u32>, 64>;
var<workgroup> runBlocks: array<u32, 64>;

// The high 64 bits of the product of two 64-bit numbers.
fn multiplyHighU64(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  let low = multiplyU64(a.x, b.x);
  let cross = multiplyU64(a.x, b.y);
  let cross2 = multiplyU64(a.y, b.x);
  let middle = addU64(addU64(vec2<u32>(low.y, 0u), vec2<u32>(cross.x, 0u)), vec2<u32>(cross2.x, 0u));
  let high = addU64(multiplyU64(a.y, b.y), vec2<u32>(middle.y, 0u));
  return addU64(addU64(high, vec2<u32>(cross.y, 0u)), vec2<u32>(cross2.y, 0u));
}

// A colour's term in its block's sum, or with `farthest` its distance; 0 if its weight is 0.
fn share(i: u32) -> vec2<u32> {
  if (parameters.farthest != 0u) {
    return vec2<u32>(select(distances[i], 0u, weights[i] == 0u), 0u);
  }
  return multiplyU64(weights[i], distances[i]);
}

fn farthestColor() -> u32 {
  var best = 0u;
  for (var run = 1u; run < RUNS; run++) {
    if (runs[run].x > runs[best].x) {
      best = run;
    }
  }
  var i = runBlocks[best] * SEED_BLOCK;
  while (share(i).x != runs[best].x) {
    i += 1u;
  }
  return i;
}

fn drawColor(total: vec2<u32>, trial: u32) -> u32 {
  let random = randomBits(vec3<u32>(parameters.seed, parameters.restart, parameters.round * 16u + trial));
  var rest = multiplyHighU64(vec2<u32>(random.y, random.x), total);
  var run = 0u;
  while (!lessU64(rest, runs[run])) {
    rest = subtractU64(rest, runs[run]);
    run += 1u;
  }
  var block = run * ((parameters.blockCount + RUNS - 1u) / RUNS);
  while (!lessU64(rest, blockSums[block])) {
    rest = subtractU64(rest, blockSums[block]);
    block += 1u;
  }
  var i = block * SEED_BLOCK;
  while (!lessU64(rest, share(i))) {
    rest = subtractU64(rest, share(i));
    i += 1u;
  }
  return i;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(local_invocation_index) local: u32) {
  let length = (parameters.blockCount + RUNS - 1u) / RUNS;
  for (var run = local; run < RUNS; run += WORKGROUP_SIZE) {
    let first = min(run * length, parameters.blockCount);
    let end = min(first + length, parameters.blockCount);
    var sum = vec2<u32>();
    var greatest = vec2<u32>();
    for (var block = first; block < end; block++) {
      let value = blockSums[block];
      sum = addU64(sum, value);
      if (value.x > greatest.x) {
        greatest = vec2<u32>(value.x, block);
      }
    }
    if (parameters.farthest != 0u) {
      sum = vec2<u32>(greatest.x, 0u);
    }
    runs[run] = sum;
    runBlocks[run] = greatest.y;
  }
  workgroupBarrier();
  var total = vec2<u32>();
  for (var run = 0u; run < RUNS; run++) {
    total = addU64(total, runs[run]);
  }
  let found = any(total != vec2<u32>());
  if (local == 0u) {
    state[STATE_DRAWN] = select(0u, 1u, found);
  }
  if (!found) {
    return;
  }
  for (var trial = local; trial < parameters.trials; trial += WORKGROUP_SIZE) {
    var i = 0u;
    if (parameters.farthest != 0u) {
      i = farthestColor();
    } else {
      i = drawColor(total, trial);
    }
    candidates[trial] = loadPoint(i);
  }
}
