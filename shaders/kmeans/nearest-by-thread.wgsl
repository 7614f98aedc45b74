//#if ${DIRECT}
//#elif ${SUBGROUPS}
//#else
// Every thread compares its own POINTS points with GROUPS × 4 centroids at a time, so that each loaded coordinate is
// used POINTS × GROUPS × 4 times from registers (register blocking as in dense matrix products: V. Volkov and J.
// Demmel, SC 2008); for the next centroids the points are read again. UNIFORM reads the centroids from uniform buffers.
//
// SHARED: a workgroup reads eight columns of its points at a time, neighbours at neighbouring addresses, to workgroup
// memory, where those of a column lie side by side. The words between columns keep threads that write from meeting in one
// bank. What is read past the last column or point is not used.
//#if ${SHARED}
const STRIDE = POINTS * LANES + 4u;
var<workgroup> tile: array<f32, 8u * STRIDE>;
//#endif
fn findNearest(first: u32, local: u32, nearest: ptr<function, array<u32, POINTS>>) {
  let columns = parameters.columns;
  // Past the end, the last point is processed again.
  var start: array<u32, POINTS>;
  for (var p = 0u; p < POINTS; p++) {
    start[p] = (parameters.firstRow + min(first + p * WORKGROUP_SIZE, parameters.rows - 1u)) * columns;
  }
  var least: array<f32, POINTS>;
  for (var p = 0u; p < POINTS; p++) {
    least[p] = 3.4e38;
  }
  for (var next = 0u; next < parameters.groups; next += GROUPS) {
    // The last set of groups is moved back to be complete: centroids that were compared before cannot win again.
    let group = min(next, parameters.groups - GROUPS);
    var score: array<array<vec4<f32>, POINTS>, GROUPS>;
    for (var g = 0u; g < GROUPS; g++) {
      let initial = halfNorms[group + g];
      for (var p = 0u; p < POINTS; p++) {
        score[g][p] = initial;
      }
    }
    for (var column = 0u; column < columns; column++) {
      var x: array<f32, POINTS>;
//#if ${SHARED}
      if (column % 8u == 0u) {
        workgroupBarrier();
        for (var i = local; i < 8u * POINTS * WORKGROUP_SIZE; i += WORKGROUP_SIZE) {
          let row = parameters.firstRow + first - local + i / 8u;
          tile[i % 8u * STRIDE + i / 8u] = points[row * columns + column + i % 8u];
        }
        workgroupBarrier();
      }
//#endif
      let middle = shift[column];
      for (var p = 0u; p < POINTS; p++) {
//#if ${SHARED}
        let point = tile[column % 8u * STRIDE + local + p * WORKGROUP_SIZE];
//#else
        let point = points[start[p] + column];
//#endif
        x[p] = (point - middle) * parameters.scale;
      }
      for (var g = 0u; g < GROUPS; g++) {
        let c = packed[column * parameters.groups + group + g];
        for (var p = 0u; p < POINTS; p++) {
          score[g][p] -= x[p] * c;
        }
      }
    }
    for (var g = 0u; g < GROUPS; g++) {
      for (var p = 0u; p < POINTS; p++) {
        let s = score[g][p];
        for (var lane = 0u; lane < 4u; lane++) {
          let closer = s[lane] < least[p];
          least[p] = select(least[p], s[lane], closer);
          (*nearest)[p] = select((*nearest)[p], 4u * (group + g) + lane, closer);
        }
      }
    }
  }
}
//#endif
