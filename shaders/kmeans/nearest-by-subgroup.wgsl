//#if ${DIRECT}
//#elif ${SUBGROUPS}
// A workgroup is one subgroup of LANES threads. Its POINTS × LANES points are compared with LANES × GROUPS × 4
// centroids at a time, each lane with its own: a lane reads four columns of POINTS points, from which all lanes get
// them by shuffles, so that every coordinate of points and centroids is read once per workgroup. At the end, the
// nearest centroids of the lanes are compared. VECTOR reads the points four columns at a time; their number is then a
// multiple of four. UNIFORM reads the centroids from uniform buffers.
const SHARED_POINTS = POINTS * LANES;

// Four columns of a point, zeros past the last.
fn quadOf(start: u32, begin: u32) -> vec4<f32> {
  let middle = shift[begin / 4u];
//#if ${VECTOR}
  return (points[(start + begin) / 4u] - middle) * parameters.scale;
//#else
  var quad: vec4<f32>;
  for (var v = 0u; v < 4u; v++) {
    let column = min(begin + v, parameters.columns - 1u);
    quad[v] = select(0.0, (points[start + column] - middle[v]) * parameters.scale, column == begin + v);
  }
  return quad;
//#endif
}

@diagnostic(off, subgroup_uniformity)
fn findNearest(first: u32, lane: u32, nearest: ptr<function, array<u32, POINTS>>) {
  let columns = parameters.columns;
  // Past the end, the last point is processed again.
  var start: array<u32, POINTS>;
  for (var p = 0u; p < POINTS; p++) {
    start[p] = (parameters.firstRow + min(first + p * LANES, parameters.rows - 1u)) * columns;
  }
  var own: array<u32, SHARED_POINTS>;
  var least: array<f32, SHARED_POINTS>;
  for (var i = 0u; i < SHARED_POINTS; i++) {
    least[i] = 3.4e38;
  }
  for (var next = 0u; next < parameters.groups; next += LANES * GROUPS) {
    // Past the last group, it is compared again, and cannot win again.
    var group: array<u32, GROUPS>;
    var score: array<vec4<f32>, SHARED_POINTS * GROUPS>;
    for (var g = 0u; g < GROUPS; g++) {
      group[g] = min(next + g * LANES + lane, parameters.groups - 1u);
      let initial = halfNorms[group[g]];
      for (var i = 0u; i < SHARED_POINTS; i++) {
        score[i * GROUPS + g] = initial;
      }
    }
    for (var begin = 0u; begin < columns; begin += 4u) {
      var quads: array<vec4<f32>, POINTS>;
      for (var p = 0u; p < POINTS; p++) {
        quads[p] = quadOf(start[p], begin);
      }
      for (var v = 0u; v < 4u; v++) {
        // Past the last column, points are 0.
        let column = min(begin + v, columns - 1u);
        var c: array<vec4<f32>, GROUPS>;
        for (var g = 0u; g < GROUPS; g++) {
          c[g] = packed[column * parameters.groups + group[g]];
        }
        for (var i = 0u; i < SHARED_POINTS; i++) {
          let x = subgroupShuffle(quads[i / LANES][v], i % LANES);
          for (var g = 0u; g < GROUPS; g++) {
            score[i * GROUPS + g] -= x * c[g];
          }
        }
      }
    }
    for (var g = 0u; g < GROUPS; g++) {
      for (var i = 0u; i < SHARED_POINTS; i++) {
        let s = score[i * GROUPS + g];
        for (var v = 0u; v < 4u; v++) {
          let closer = s[v] < least[i];
          least[i] = select(least[i], s[v], closer);
          own[i] = select(own[i], 4u * group[g] + v, closer);
        }
      }
    }
  }
  for (var i = 0u; i < SHARED_POINTS; i++) {
    let winner = subgroupMin(select(NO_LABEL, own[i], least[i] == subgroupMin(least[i])));
    (*nearest)[i / LANES] = select((*nearest)[i / LANES], winner, lane == i % LANES);
  }
}
//#endif
