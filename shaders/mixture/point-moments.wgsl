// For few columns: the moments of components over slices of SPAN points, Σ r y yᵀ, its lower half row by row or with DIAGONAL
// its diagonal, then Σ r y and Σ r. The responsibility r of a component for a point is found from its log density, which is
// that of point-densities, whose records and results it reads; with GIVEN it is read. A thread keeps COMPONENTS
// components, their records and sums in registers; LANES neighbours share a slice and have neighbouring components, so that
// a point is read at one address for all of them. The points of a workgroup's slices take turns.

//#if ${DIAGONAL}
const PRODUCTS = COLUMNS;
//#else
const PRODUCTS = COLUMNS * (COLUMNS + 1u) / 2u;
//#endif
const VALUES = PRODUCTS + COLUMNS + 1u;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  // Slices of a workgroup.
  let together = WORKGROUP_SIZE / LANES;
  let components = parameters.components;
  let blocks = (components + LANES * COMPONENTS - 1u) / (LANES * COMPONENTS);
  let index = workgroup.y * grid.x + workgroup.x;
  let firstSlice = index / blocks * together;
  if (firstSlice >= parameters.slices) {
    return;
  }
  let first = index % blocks * (LANES * COMPONENTS) + local % LANES;
  var record: array<array<f32, RECORD>, COMPONENTS>;
  var mass: array<f32, COMPONENTS>;
  var sums: array<array<f32, COLUMNS>, COMPONENTS>;
  var products: array<array<f32, PRODUCTS>, COMPONENTS>;
  for (var c = 0u; c < COMPONENTS; c++) {
    // Past the end, the last component is processed again.
    let component = min(first + c * LANES, components - 1u);
    for (var v = 0u; v < VECTORS; v++) {
      let part = records[component * VECTORS + v];
      for (var i = 0u; i < 4; i++) {
        record[c][4u * v + i] = part[i];
      }
    }
  }
  let end = min((firstSlice + together) * SPAN, parameters.rows);
  for (var point = firstSlice * SPAN + local / LANES; point < end; point += together) {
    let row = parameters.firstRow + point;
    var x: array<f32, COLUMNS>;
    for (var column = 0u; column < COLUMNS; column++) {
      x[column] = points[row * parameters.columns + column];
    }
//#if ${GIVEN}
//#else
    let logDensity = logDensities[row];
//#endif
    for (var c = 0u; c < COMPONENTS; c++) {
      let whitened = whiten(record[c], x);
//#if ${GIVEN}
      let share = responsibilities[min(first + c * LANES, components - 1u) * parameters.rows + point];
//#elif ${WEIGHTED}
      // No density is above the largest, however it was rounded.
      let share = weights[row] * exp(min(whitened.density - logDensity.x, 0.0) - logDensity.y);
//#else
      let share = exp(min(whitened.density - logDensity.x, 0.0) - logDensity.y);
//#endif
      mass[c] += share;
      for (var i = 0u; i < COLUMNS; i++) {
        let weighted = share * whitened.y[i];
        sums[c][i] += weighted;
//#if ${DIAGONAL}
        products[c][i] += weighted * whitened.y[i];
//#else
        for (var j = 0u; j < COLUMNS; j++) {
          if (j <= i) {
            products[c][i * (i + 1u) / 2u + j] += weighted * whitened.y[j];
          }
        }
//#endif
      }
    }
  }
  for (var c = 0u; c < COMPONENTS; c++) {
    let component = first + c * LANES;
    if (component < components) {
      let to = ((firstSlice + local / LANES) * components + component) * VALUES;
      for (var i = 0u; i < COLUMNS; i++) {
//#if ${DIAGONAL}
        slices[to + i] = products[c][i];
//#else
        for (var j = 0u; j < COLUMNS; j++) {
          if (j <= i) {
            slices[to + i * (i + 1u) / 2u + j] = products[c][i * (i + 1u) / 2u + j];
          }
        }
//#endif
        slices[to + PRODUCTS + i] = sums[c][i];
      }
      slices[to + VALUES - 1u] = mass[c];
    }
  }
}
