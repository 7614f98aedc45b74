// After dithering: the exact squared error over all pixels in the space of `points`, as a 64-bit integer, between each
// pixel's colour, whose number its slot holds, and its entry. One thread takes ITEMS pixels.

struct Parameters {
  pixelCount: u32,
  slotMask: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> pixels: array<u32>;
@group(0) @binding(2) var<storage, read> keys: array<u32>;
@group(0) @binding(3) var<storage, read> slotLabels: array<u32>;
@group(0) @binding(4) var<storage, read> points: array<u32>;
@group(0) @binding(5) var<storage, read> centroids: array<vec4<u32>>;
@group(0) @binding(6) var<storage, read> entries: array<u32>;
@group(0) @binding(7) var<storage, read_write> squaredError: array<atomic<u32>>;

const ITEMS = 8u;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let first = (linearWorkgroup(workgroup, grid) * WORKGROUP_SIZE + local) * ITEMS;
  if (first >= parameters.pixelCount) {
    return;
  }
  var error = vec2<u32>();
  for (var i = first; i < min(first + ITEMS, parameters.pixelCount); i++) {
    let distance = squaredDistance(loadPoint(slotLabel(pixels[i])), centroids[entries[i]]);
    error = addU64(error, vec2<u32>(distance, 0u));
  }
  let before = atomicAdd(&squaredError[0], error.x);
  let high = error.y + select(0u, 1u, before + error.x < before);
  if (high != 0u) {
    atomicAdd(&squaredError[1], high);
  }
}
