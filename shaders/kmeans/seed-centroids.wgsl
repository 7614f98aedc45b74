// Makes chosen rows of the points the first centroids. A row's number is crossed out when it is taken, so that later rounds
// go on from where the centroids are; while a point is not finite none is taken. One thread takes one centroid.

struct Parameters {
  centroidCount: u32,
  columns: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> points: array<f32>;
@group(0) @binding(2) var<storage, read> firstBad: array<u32>;
@group(0) @binding(3) var<storage, read_write> rowNumbers: array<u32>;
@group(0) @binding(4) var<storage, read_write> given: array<f32>;

const NONE = 0xffffffffu;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let k = linearWorkgroup(workgroup, grid) * WORKGROUP_SIZE + local;
  if (k >= parameters.centroidCount || firstBad[0] != NONE || rowNumbers[k] == NONE) {
    return;
  }
  for (var column = 0u; column < parameters.columns; column++) {
    given[k * parameters.columns + column] = points[rowNumbers[k] * parameters.columns + column];
  }
  rowNumbers[k] = NONE;
}
