// Copies rows of points by number, in working coordinates. One thread copies one coordinate.

struct Parameters {
  count: u32,
  columns: u32,
  firstTarget: u32,
  scale: f32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> points: array<f32>;
@group(0) @binding(2) var<storage, read> shift: array<f32>;
@group(0) @binding(3) var<storage, read> rowNumbers: array<u32>;
@group(0) @binding(4) var<storage, read_write> gathered: array<f32>;

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
  let row = rowNumbers[index / parameters.columns];
  let x = (points[row * parameters.columns + column] - shift[column]) * parameters.scale;
  gathered[parameters.firstTarget * parameters.columns + index] = x;
}
