// The sum of weight × squared distance with each candidate as the next seed, block by block, in 64-bit integers. One
// thread takes one block and one candidate.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let place = invocationIndex(invocation);
  if (place >= parameters.blockCount * parameters.trials) {
    return;
  }
  let block = parameters.firstBlock + place % parameters.blockCount;
  let trial = place / parameters.blockCount;
  let candidate = candidates[trial];
  var sum = vec2<u32>();
  for (var i = block * SEED_BLOCK; i < min((block + 1u) * SEED_BLOCK, parameters.colorCount); i++) {
    let distance = min(distances[i], squaredDistance(loadPoint(i), candidate));
    sum = addU64(sum, multiplyU64(weights[i], distance));
  }
  potentials[trial * parameters.allBlocks + block] = sum;
}
