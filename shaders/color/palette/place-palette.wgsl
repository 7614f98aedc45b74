// The coordinates of palette entries. One thread places one entry.

struct Parameters {
  entryCount: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> palette: array<u32>;
@group(0) @binding(2) var<storage, read> transfer: array<u32>;
@group(0) @binding(3) var<storage, read_write> entries: array<vec4<u32>>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let k = linearWorkgroup(workgroup, grid) * WORKGROUP_SIZE + local;
  if (k < parameters.entryCount) {
    entries[k] = spaceCoordinates(palette[k]);
  }
}
