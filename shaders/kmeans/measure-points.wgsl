// The squared distance of every point to its own centroid, as direct differences, and the weighted sum of each block of
// BLOCK points, which the host adds in float64: the inertia. LOWER keeps what a distance was where that is less (k-means‖).
// One thread takes one block.

struct Parameters {
  firstRow: u32,
  rows: u32,
  columns: u32,
  scale: f32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> points: array<f32>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
@group(0) @binding(3) var<storage, read> shift: array<f32>;
@group(0) @binding(4) var<storage, read> centroids: array<f32>;
@group(0) @binding(5) var<storage, read> labels: array<u32>;
@group(0) @binding(6) var<storage, read_write> distances: array<f32>;
@group(0) @binding(7) var<storage, read_write> blockSums: array<f32>;

const BLOCK = 32u;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let block = linearWorkgroup(workgroup, grid) * WORKGROUP_SIZE + local;
  let first = parameters.firstRow + block * BLOCK;
  let end = parameters.firstRow + parameters.rows;
  if (first >= end) {
    return;
  }
  var sum = 0.0;
  for (var row = first; row < min(first + BLOCK, end); row++) {
    let centroid = labels[row] * parameters.columns;
    var distance = 0.0;
    for (var column = 0u; column < parameters.columns; column++) {
      let x = (points[row * parameters.columns + column] - shift[column]) * parameters.scale;
      let difference = x - centroids[centroid + column];
      distance += difference * difference;
    }
//#if ${LOWER}
    distance = min(distance, distances[row]);
//#endif
    distances[row] = distance;
//#if ${WEIGHTED}
    sum += weights[row] * distance;
//#else
    sum += distance;
//#endif
  }
  blockSums[first / BLOCK] = sum;
}
