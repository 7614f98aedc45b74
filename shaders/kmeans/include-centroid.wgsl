// Brings every point's squared distance to the centroids so far up to date with one more (or, with `reset`, with that
// one alone), and the weighted sum, or with `farthest` the greatest, of each block. One thread takes one of the
// chunk's blocks `begin` … `end` − 1.

struct Parameters {
  firstBlock: u32,
  begin: u32,
  end: u32,
  rows: u32,
  columns: u32,
  centroid: u32,
  reset: u32,
  farthest: u32,
  scale: f32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> points: array<f32>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
@group(0) @binding(3) var<storage, read> shift: array<f32>;
@group(0) @binding(4) var<storage, read> centroids: array<f32>;
@group(0) @binding(5) var<storage, read_write> distances: array<f32>;
@group(0) @binding(6) var<storage, read_write> blockSums: array<f32>;

const BLOCK = 32u;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let block = parameters.begin + linearWorkgroup(workgroup, grid) * WORKGROUP_SIZE + local;
  if (block >= parameters.end) {
    return;
  }
  let columns = parameters.columns;
  var sum = 0.0;
  for (var row = block * BLOCK; row < min((block + 1u) * BLOCK, parameters.rows); row++) {
    var distance = 0.0;
    for (var column = 0u; column < columns; column++) {
      let x = (points[row * columns + column] - shift[column]) * parameters.scale;
      let difference = x - centroids[parameters.centroid * columns + column];
      distance += difference * difference;
    }
    if (parameters.reset == 0u) {
      distance = min(distance, distances[row]);
    }
    distances[row] = distance;
//#if ${WEIGHTED}
    if (parameters.farthest != 0u) {
      sum = max(sum, select(0.0, distance, weights[row] > 0.0));
    } else {
      sum += weights[row] * distance;
    }
//#else
    sum = select(sum + distance, max(sum, distance), parameters.farthest != 0u);
//#endif
  }
  blockSums[parameters.firstBlock + block] = sum;
}
