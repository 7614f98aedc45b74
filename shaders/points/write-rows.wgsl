// Puts the rows of a batch where they belong among all rows, brought back to the points' own units: x / factor + mean, with SCALED. One
// thread writes one coordinate.

struct Parameters {
  count: u32,
  columns: u32,
  first: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> values: array<f32>;
@group(0) @binding(2) var<storage, read> mean: array<f32>;
@group(0) @binding(3) var<storage, read> factor: array<f32>;
@group(0) @binding(4) var<storage, read_write> rows: array<f32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let index = linearWorkgroup(workgroup, grid) * WORKGROUP_SIZE + local;
  if (index >= parameters.count * parameters.columns) {
    return;
  }
  let column = index % parameters.columns;
//#if ${SCALED}
  let value = values[index] / factor[column] + mean[column];
//#else
  let value = values[index];
//#endif
  rows[parameters.first * parameters.columns + index] = value;
}
