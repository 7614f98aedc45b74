// The nearest centroid of a colour among its cell's candidates; ties go to the lowest index. For an opaque colour, any
// opaque centroid is nearer than all others, so that no transparency is introduced. Needs `centroids`, `candidates`,
// `candidateCounts` and the parameters cellBits and centroidCount.

struct Nearest {
  index: u32,
  distance: u32,
}

fn nearestCentroid(coordinates: vec4<u32>) -> Nearest {
  let cell = colorCell(coordinates, parameters.cellBits);
  let listed = candidateCounts[cell];
  let full = listed == 0xffffffffu;
  let count = select(listed, parameters.centroidCount, full);
  var nearest = Nearest(0u, 0xffffffffu);
//#if ${ALPHA}
  let opaque = coordinates.w == OPAQUE;
  var translucent = opaque;
//#endif
  for (var i = 0u; i < count; i++) {
    let k = select(candidates[candidateAt(cell, i, parameters.cellBits)], i, full);
    let distance = squaredDistance(coordinates, centroids[k]);
//#if ${ALPHA}
    let other = opaque && centroids[k].w < OPAQUE;
    if (select(distance < nearest.distance, translucent, other != translucent)) {
      nearest = Nearest(k, distance);
      translucent = other;
    }
//#else
    if (distance < nearest.distance) {
      nearest = Nearest(k, distance);
    }
//#endif
  }
  return nearest;
}
