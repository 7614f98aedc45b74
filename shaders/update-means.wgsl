// Moves every centroid by the mean deviation of its points and clears its sums; the distance it moved goes to
// `movements`. `scales` has the factor of each column's fixed-point sums and its inverse. A cluster without points or weight keeps its centroid. With CUMULATIVE the mean is over all points that the cluster
// was ever given, whose weight `totals` keeps (mini-batch k-means: D. Sculley, WWW 2010). One thread, one centroid.

struct Parameters {
  centroidCount: u32,
  columns: u32,
  weightUnit: f32,
  fillEmpty: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> scales: array<vec2<f32>>;
@group(0) @binding(2) var<storage, read_write> sums: array<u32>;
@group(0) @binding(3) var<storage, read_write> centroids: array<f32>;
@group(0) @binding(4) var<storage, read_write> movements: array<f32>;
@group(0) @binding(5) var<storage, read_write> totals: array<f32>;
@group(0) @binding(6) var<storage, read> state: array<u32>;

override WORKGROUP_SIZE: u32 = 64;
const STATE_STOPPED = 1u;
const STATE_EMPTY = 3u;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let k = linearWorkgroup(workgroup, grid) * WORKGROUP_SIZE + local;
  if (k >= parameters.centroidCount || state[STATE_STOPPED] != 0u) {
    return;
  }
  if (parameters.fillEmpty != 0u && state[STATE_EMPTY] != 0u) {
    return; // the sums are made anew once the empty clusters have points
  }
  let first = k * (3u + 2u * parameters.columns);
  let size = sums[first];
//#if ${WEIGHTED}
  var weight = fromFixed(vec2<u32>(sums[first + 1u], sums[first + 2u])) * parameters.weightUnit;
//#else
  var weight = f32(size);
//#endif
//#if ${CUMULATIVE}
  weight += totals[k];
  totals[k] = weight;
//#endif
  var squares = 0.0;
  if (weight > 0.0) {
    for (var column = 0u; column < parameters.columns; column++) {
      let at = first + 3u + 2u * column;
      let sum = fromFixed(vec2<u32>(sums[at], sums[at + 1u])) * scales[column].y;
      let old = centroids[k * parameters.columns + column];
      let updated = old + sum / weight;
      centroids[k * parameters.columns + column] = updated;
      let moved = updated - old;
      squares += moved * moved;
    }
  }
  movements[k] = sqrt(squares);
  for (var i = 0u; i < 3u + 2u * parameters.columns; i++) {
    sums[first + i] = 0u;
  }
}
