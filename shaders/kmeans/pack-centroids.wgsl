// Packs centroids for nearest-centroid: transposed, so that one load reads one coordinate of a group of four centroids,
// and neighbouring threads may load neighbouring groups; with half their squared norms, for the expanded form of the
// distance. The last group is filled with copies of the last centroid, which wins ties against them by its lower index.
// No point has moved yet, so the chunks' counts of moves are cleared. One thread packs one group.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let group = invocationIndex(invocation);
  if (group < parameters.chunks) {
    state[STATE_MOVES + group] = 0u;
  }
  if (group >= parameters.groups) {
    return;
  }
  let k = vec4<u32>(0u, 1u, 2u, 3u) + 4u * group;
  let row = min(k, vec4<u32>(parameters.centroidCount - 1u)) * parameters.columns;
  var norm = vec4<f32>();
  for (var column = 0u; column < parameters.columns; column++) {
    let c = vec4<f32>(
      centroids[row.x + column],
      centroids[row.y + column],
      centroids[row.z + column],
      centroids[row.w + column],
    );
    packed[column * parameters.groups + group] = c;
    norm += c * c;
  }
  halfNorms[group] = 0.5 * norm;
}
