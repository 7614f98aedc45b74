// Squared distances of points to all centroids, as direct differences. One thread computes one.

struct Parameters {
  firstRow: u32,
  rows: u32,
  columns: u32,
  centroidCount: u32,
  scale: f32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> points: array<f32>;
@group(0) @binding(2) var<storage, read> shift: array<f32>;
@group(0) @binding(3) var<storage, read> centroids: array<f32>;
@group(0) @binding(4) var<storage, read_write> distances: array<f32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let index = linearWorkgroup(workgroup, grid) * WORKGROUP_SIZE + local;
  if (index >= parameters.rows * parameters.centroidCount) {
    return;
  }
  let point = (parameters.firstRow + index / parameters.centroidCount) * parameters.columns;
  let centroid = (index % parameters.centroidCount) * parameters.columns;
  var sum = 0.0;
  for (var column = 0u; column < parameters.columns; column++) {
    let x = (points[point + column] - shift[column]) * parameters.scale;
    let difference = x - centroids[centroid + column];
    sum += difference * difference;
  }
  distances[index] = sum;
}
