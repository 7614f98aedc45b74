// Updates every colour's squared distance to the seeds so far with one more, unless none was drawn, and each block's
// sum of weight × distance (64 bits), or with `farthest` its greatest distance of a colour of positive weight. `begin`:
// 0 continues, 1 starts with this seed alone, 2 with distances of 1. One thread takes one block.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let place = invocationIndex(invocation);
  if (place >= parameters.blockCount || (parameters.afterDraw != 0u && state[STATE_DRAWN] == 0u)) {
    return;
  }
  let block = parameters.firstBlock + place;
  let seed = seeds[parameters.seed];
  var sum = vec2<u32>();
  for (var i = block * SEED_BLOCK; i < min((block + 1u) * SEED_BLOCK, parameters.colorCount); i++) {
    var distance = squaredDistance(loadPoint(i), seed);
    if (parameters.begin == 0u) {
      distance = min(distance, distances[i]);
    } else if (parameters.begin == 2u) {
      distance = 1u;
    }
    distances[i] = distance;
    let weight = weights[i];
    if (parameters.farthest == 0u) {
      sum = addU64(sum, multiplyU64(weight, distance));
    } else if (weight != 0u) {
      sum.x = max(sum.x, distance);
    }
  }
  blockSums[block] = sum;
}
