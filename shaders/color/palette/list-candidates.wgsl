// Exact pruning of the nearest-centroid search. For every occupied cell of the colour cube: the centroids that can be
// nearest to some colour in it, which are those whose least distance to the cell is not above the smallest greatest
// distance of any centroid (the bounds of the filtering algorithm: Kanungo et al., IEEE TPAMI 24(7), 2002); and where
// colours in it can be opaque, the opaque centroids that can be the nearest opaque ones, by the same bounds. The list
// ascends, so that ties still go to the lowest index. Only the candidates of the coarser cell around it are examined,
// which loses none: a bound over fewer centroids is only looser. One thread writes one list. A list longer than
// `capacity` is marked FULL, which stands for all centroids.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let cell = invocationIndex(invocation);
  if (cell >= parameters.cellCount) {
    return;
  }
  if (occupied[parameters.occupiedOffset + cell] == 0u) {
    return;
  }
  if (parameters.skipWhenConverged != 0u && state[STATE_CONVERGED] != 0u) {
    return;
  }
  let bits = parameters.cellBits;
  let low = cellOrigin(cell, bits);
  let high = low + (cellExtent(bits) - 1u);

  let parent = colorCell(low, parameters.parentBits);
  let listed = parentCounts[parent];
  let full = listed == FULL;
  let length = select(listed, parameters.centroidCount, full);

  var bound = 0xffffffffu;
//#if ${ALPHA}
  var opaqueBound = 0xffffffffu;
//#endif
  for (var i = 0u; i < length; i++) {
    let k = select(parentCandidates[candidateAt(parent, i, parameters.parentBits)], i, full);
    let c = centroids[k];
    // The corner farthest from the centroid, axis by axis.
    let far = select(low, high, (c << vec4<u32>(1u)) < low + high);
    bound = min(bound, squaredDistance(c, far));
//#if ${ALPHA}
    if (c.w == OPAQUE) {
      opaqueBound = min(opaqueBound, squaredDistance(c, vec4<u32>(far.xyz, c.w)));
    }
//#endif
  }
  var count = 0u;
  for (var i = 0u; i < length; i++) {
    let k = select(parentCandidates[candidateAt(parent, i, parameters.parentBits)], i, full);
    let c = centroids[k];
    var limit = bound;
//#if ${ALPHA}
    if (c.w == OPAQUE && high.w >= OPAQUE) {
      limit = max(bound, opaqueBound);
    }
//#endif
    if (squaredDistance(c, clamp(c, low, high)) <= limit) {
      if (count < parameters.capacity) {
        candidates[candidateAt(cell, count, bits)] = k;
      }
      count += 1u;
    }
  }
  candidateCounts[cell] = select(count, FULL, count > parameters.capacity);
}
