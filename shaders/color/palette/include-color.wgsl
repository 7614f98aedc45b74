// Brings every colour's squared distance to the seeds so far up to date with one more, unless none was drawn, and each
// block's sum of weight × distance (64 bits), or with `farthest` its greatest distance of a colour that weighs something.
// `begin`: 0 goes on, 1 begins with this seed alone, 2 with distances of 1. One thread takes one block.

struct Parameters {
  colorCount: u32,
  firstBlock: u32,
  blockCount: u32,
  seed: u32,
  begin: u32,
  afterDraw: u32,
  farthest: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> points: array<u32>;
@group(0) @binding(2) var<storage, read> weights: array<u32>;
@group(0) @binding(3) var<storage, read> seeds: array<vec4<u32>>;
@group(0) @binding(4) var<storage, read> state: array<u32>;
@group(0) @binding(5) var<storage, read_write> distances: array<u32>;
@group(0) @binding(6) var<storage, read_write> blockSums: array<vec2<u32>>;

const BLOCK = 64u;
const STATE_DRAWN = 0u;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let place = linearWorkgroup(workgroup, grid) * WORKGROUP_SIZE + local;
  if (place >= parameters.blockCount || (parameters.afterDraw != 0u && state[STATE_DRAWN] == 0u)) {
    return;
  }
  let block = parameters.firstBlock + place;
  let seed = seeds[parameters.seed];
  var sum = vec2<u32>();
  for (var i = block * BLOCK; i < min((block + 1u) * BLOCK, parameters.colorCount); i++) {
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
