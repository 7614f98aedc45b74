// Adds up the copies of the clusters' sums that slices of moves have (sum-clusters.wgsl): all go into the first, and the
// others begin anew. One thread adds one 64-bit sum of all copies, a column's or the weight's; the weight's also the
// number of points.

struct Parameters {
  centroidCount: u32,
  columns: u32,
  copies: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read_write> sums: array<u32>;
@group(0) @binding(2) var<storage, read> state: array<u32>;

const STATE_STOPPED = 1u;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let slots = parameters.columns + 1u;
  let thread = linearWorkgroup(workgroup, grid) * WORKGROUP_SIZE + local;
  if (thread >= parameters.centroidCount * slots || state[STATE_STOPPED] != 0u) {
    return;
  }
  let words = 3u + 2u * parameters.columns;
  let first = thread / slots * words;
  let slot = thread % slots;
  let at = first + 1u + 2u * slot;
  let stride = parameters.centroidCount * words;
  var sum = vec2<u32>(sums[at], sums[at + 1u]);
  for (var copy = 1u; copy < parameters.copies; copy++) {
    let low = copy * stride + at;
    sum = addU64(sum, vec2<u32>(sums[low], sums[low + 1u]));
    sums[low] = 0u;
    sums[low + 1u] = 0u;
  }
  sums[at] = sum.x;
  sums[at + 1u] = sum.y;
  if (slot == 0u) {
    var points = sums[first];
    for (var copy = 1u; copy < parameters.copies; copy++) {
      points += sums[copy * stride + first];
      sums[copy * stride + first] = 0u;
    }
    sums[first] = points;
  }
}
