// Centroids from working coordinates (scale 1) back to the caller's units, unless a point was not finite. One thread takes one coordinate.

struct Parameters {
  centroidCount: u32,
  columns: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> centroids: array<f32>;
@group(0) @binding(2) var<storage, read> shift: array<f32>;
@group(0) @binding(3) var<storage, read> state: array<u32>;
@group(0) @binding(4) var<storage, read_write> given: array<f32>;

const STATE_STOPPED = 1u;
const NOT_FINITE = 3u;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let index = linearWorkgroup(workgroup, grid) * WORKGROUP_SIZE + local;
  if (index < parameters.centroidCount * parameters.columns && state[STATE_STOPPED] != NOT_FINITE) {
    given[index] = centroids[index] + shift[index % parameters.columns];
  }
}
