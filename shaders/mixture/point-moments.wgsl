// For few columns: the moments Σ r (y, 1) (y, 1)ᵀ of one component over SPAN points of a thread, its lower half row by
// row, or with DIAGONAL Σ r, Σ r y and Σ r y². Points are whitened as in point-densities, whose records it reads. A thread
// keeps the sums in registers and takes POINTS points at a time, which share every number of the record; its points are
// WORKGROUP_SIZE apart, so that neighbouring threads have neighbouring points. A workgroup takes one component.

//#if ${DIAGONAL}
const RECORD = 3u * GROUPS + 1u;
const VALUES = 2u * COLUMNS + 1u;
//#else
const RECORD = COLUMNS * (GROUPS + 1u) + GROUPS + 1u;
const VALUES = (COLUMNS + 1u) * (COLUMNS + 2u) / 2u;
//#endif

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let rows = parameters.rows;
  let blocks = parameters.slices / WORKGROUP_SIZE;
  let component = workgroupIndex(invocation) / blocks;
  if (component >= parameters.components) {
    return;
  }
  let block = workgroupIndex(invocation) % blocks;
  let first = block * (WORKGROUP_SIZE * SPAN) + invocation.local;
  let record = component * RECORD;
  var mass = 0.0;
  var sums: array<vec4<f32>, GROUPS>;
//#if ${DIAGONAL}
  var squares: array<vec4<f32>, GROUPS>;
//#else
  var products: array<vec4<f32>, COLUMNS * GROUPS>;
//#endif
  for (var next = 0u; first + next * WORKGROUP_SIZE < rows && next < SPAN; next += POINTS) {
    var weight: array<f32, POINTS>;
    var start: array<u32, POINTS>;
    for (var p = 0u; p < POINTS; p++) {
      // Past the end, the last point counts nothing.
      let point = first + (next + p) * WORKGROUP_SIZE;
      let valid = min(point, rows - 1u);
      weight[p] = select(0.0, responsibilities[component * rows + valid], point < rows);
      start[p] = (parameters.firstRow + valid) * parameters.columns;
      mass += weight[p];
    }
    var y: array<vec4<f32>, POINTS * GROUPS>;
//#if ${DIAGONAL}
    for (var g = 0u; g < GROUPS; g++) {
      let mean = records[record + g];
      let factor = records[record + GROUPS + g];
      let offset = records[record + 2u * GROUPS + g];
      for (var p = 0u; p < POINTS; p++) {
        var x = vec4<f32>();
        for (var i = 0u; i < 4u; i++) {
          // Beyond the columns, the factor is 0.
          x[i] = points[start[p] + min(4u * g + i, COLUMNS - 1u)];
        }
        y[p * GROUPS + g] = (x - mean) * factor + offset;
        let weighted = weight[p] * y[p * GROUPS + g];
        sums[g] += weighted;
        squares[g] += weighted * y[p * GROUPS + g];
      }
    }
//#else
    for (var g = 0u; g < GROUPS; g++) {
      let offset = records[record + COLUMNS * (GROUPS + 1u) + g];
      for (var p = 0u; p < POINTS; p++) {
        y[p * GROUPS + g] = offset;
      }
    }
    for (var column = 0u; column < COLUMNS; column++) {
      let at = record + column * (GROUPS + 1u);
      let mean = records[at].x;
      var difference: array<f32, POINTS>;
      for (var p = 0u; p < POINTS; p++) {
        difference[p] = points[start[p] + column] - mean;
      }
      for (var g = 0u; g < GROUPS; g++) {
        if (4u * g + 3u >= column) {
          let factor = records[at + 1u + g];
          for (var p = 0u; p < POINTS; p++) {
            y[p * GROUPS + g] += difference[p] * factor;
          }
        }
      }
    }
    for (var i = 0u; i < COLUMNS; i++) {
      for (var p = 0u; p < POINTS; p++) {
        let weighted = weight[p] * y[p * GROUPS + i / 4u][i % 4u];
        for (var g = 0u; g < GROUPS; g++) {
          if (4u * g <= i) {
            products[i * GROUPS + g] += weighted * y[p * GROUPS + g];
          }
        }
      }
    }
    for (var g = 0u; g < GROUPS; g++) {
      for (var p = 0u; p < POINTS; p++) {
        sums[g] += weight[p] * y[p * GROUPS + g];
      }
    }
//#endif
  }
  let slice = block * WORKGROUP_SIZE + invocation.local;
  let to = (slice * parameters.components + component) * VALUES;
//#if ${DIAGONAL}
  slices[to] = mass;
  for (var column = 0u; column < COLUMNS; column++) {
    slices[to + 1u + column] = sums[column / 4u][column % 4u];
    slices[to + 1u + COLUMNS + column] = squares[column / 4u][column % 4u];
  }
//#else
  for (var i = 0u; i < COLUMNS; i++) {
    for (var j = 0u; j < COLUMNS; j++) {
      if (j <= i) {
        slices[to + i * (i + 1u) / 2u + j] = products[i * GROUPS + j / 4u][j % 4u];
      }
    }
  }
  for (var column = 0u; column < COLUMNS; column++) {
    slices[to + COLUMNS * (COLUMNS + 1u) / 2u + column] = sums[column / 4u][column % 4u];
  }
  slices[to + VALUES - 1u] = mass;
//#endif
}
