// The exact squared error of a mapping in a space, weighted, as a 64-bit integer: between each distinct colour and its
// entry. One thread takes ITEMS colours.

struct Parameters {
  firstColor: u32,
  colorCount: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> colors: array<u32>;
@group(0) @binding(2) var<storage, read> weights: array<u32>;
@group(0) @binding(3) var<storage, read> labels: array<u32>;
@group(0) @binding(4) var<storage, read> entries: array<vec4<u32>>;
@group(0) @binding(5) var<storage, read> transfer: array<u32>;
@group(0) @binding(6) var<storage, read_write> sum: array<atomic<u32>>;

const ITEMS = 8u;

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
    let distance = squaredDistance(spaceCoordinates(colors[i]), entries[labels[i]]);
    error = addU64(error, multiplyU64(weights[i], distance));
  }
  let before = atomicAdd(&sum[0], error.x);
  let high = error.y + select(0u, 1u, before + error.x < before);
  if (high != 0u) {
    atomicAdd(&sum[1], high);
  }
}
