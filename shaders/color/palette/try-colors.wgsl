// What the sum of weight × squared distance would be with each candidate as the next seed, block by block, in 64-bit
// integers. One thread takes one block and one candidate.

struct Parameters {
  colorCount: u32,
  firstBlock: u32,
  blockCount: u32,
  allBlocks: u32,
  trials: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> points: array<u32>;
@group(0) @binding(2) var<storage, read> weights: array<u32>;
@group(0) @binding(3) var<storage, read> distances: array<u32>;
@group(0) @binding(4) var<storage, read> candidates: array<vec4<u32>>;
@group(0) @binding(5) var<storage, read_write> potentials: array<vec2<u32>>;

const BLOCK = 64u;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let place = linearWorkgroup(workgroup, grid) * WORKGROUP_SIZE + local;
  if (place >= parameters.blockCount * parameters.trials) {
    return;
  }
  let block = parameters.firstBlock + place % parameters.blockCount;
  let trial = place / parameters.blockCount;
  let candidate = candidates[trial];
  var sum = vec2<u32>();
  for (var i = block * BLOCK; i < min((block + 1u) * BLOCK, parameters.colorCount); i++) {
    let distance = min(distances[i], squaredDistance(loadPoint(i), candidate));
    sum = addU64(sum, multiplyU64(weights[i], distance));
  }
  potentials[trial * parameters.allBlocks + block] = sum;
}
