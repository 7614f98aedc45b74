// Adds all copies of the clusters' sums, one for each slice of moves (sum-clusters.wgsl), to the first one, and clears
// the others. One thread adds one 64-bit sum of all copies, a column's or the weight's, and with the weight's also the
// number of points.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let slots = parameters.columns + 1u;
  let thread = invocationIndex(invocation);
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
