// The last mapping: the nearest entry of the rounded palette for every distinct colour, the pixels of each entry, and
// the exact squared error over all pixels as a 64-bit integer (units of 1/128²). One thread takes ITEMS colours.

struct Parameters {
  firstColor: u32,
  colorCount: u32,
  cellBits: u32,
  centroidCount: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> points: array<u32>;
@group(0) @binding(2) var<storage, read> counts: array<u32>;
@group(0) @binding(3) var<storage, read> centroids: array<vec4<u32>>;
@group(0) @binding(4) var<storage, read> candidates: array<u32>;
@group(0) @binding(5) var<storage, read> candidateCounts: array<u32>;
@group(0) @binding(6) var<storage, read_write> labels: array<u32>;
@group(0) @binding(7) var<storage, read_write> populations: array<atomic<u32>>;
@group(0) @binding(8) var<storage, read_write> state: array<atomic<u32>>;

const ITEMS = 8u;
const STATE_ERROR = 7u;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let first = parameters.firstColor + (linearWorkgroup(workgroup, grid) * WORKGROUP_SIZE + local) * ITEMS;
  let last = parameters.firstColor + parameters.colorCount;
  if (first >= last) {
    return;
  }
  var error = vec2<u32>();
  for (var i = first; i < min(first + ITEMS, last); i++) {
    let nearest = nearestCentroid(loadPoint(i));
    labels[i] = nearest.index;
    atomicAdd(&populations[nearest.index], counts[i]);
    error = addU64(error, multiplyU64(counts[i], nearest.distance));
  }
  let before = atomicAdd(&state[STATE_ERROR], error.x);
  let high = error.y + select(0u, 1u, before + error.x < before);
  if (high != 0u) {
    atomicAdd(&state[STATE_ERROR + 1u], high);
  }
}
