// For few columns: log densities of points in a mixture and their most probable component, the lowest among equals; with
// EACH, the log densities in each component as well. A thread keeps POINTS points in registers, which are WORKGROUP_SIZE
// apart, so that neighbouring threads have neighbouring points, and reads the record of each component once for all of
// them. The sum of exponentials is kept relative to the largest term so far (M. Milakov and N. Gimelshein, "Online
// normalizer calculation for softmax", 2018).

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  // Not in one struct with `local`, whose members the compiler would not know to be uniform.
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let first = (workgroup.y * grid.x + workgroup.x) * (WORKGROUP_SIZE * POINTS) + local;
  let rows = parameters.rows;
  var x: array<array<f32, COLUMNS>, POINTS>;
  var largest: array<f32, POINTS>;
  var sum: array<f32, POINTS>;
  var label: array<u32, POINTS>;
  for (var p = 0u; p < POINTS; p++) {
    // Past the end, the last point is processed again.
    let start = (parameters.firstRow + min(first + p * WORKGROUP_SIZE, rows - 1u)) * parameters.columns;
    for (var column = 0u; column < COLUMNS; column++) {
      x[p][column] = points[start + column];
    }
    largest[p] = -3e38;
  }
  for (var component = 0u; component < parameters.components; component++) {
    var record: array<f32, RECORD>;
    for (var v = 0u; v < VECTORS; v++) {
      let part = records[component * VECTORS + v];
      for (var i = 0u; i < 4; i++) {
        record[4u * v + i] = part[i];
      }
    }
    for (var p = 0u; p < POINTS; p++) {
      let density = whiten(record, x[p]).density;
      let above = density > largest[p];
      let ratio = exp(-abs(density - largest[p]));
      sum[p] = select(sum[p] + ratio, sum[p] * ratio + 1.0, above);
      largest[p] = max(largest[p], density);
      label[p] = select(label[p], component, above);
//#if ${EACH}
      if (first + p * WORKGROUP_SIZE < rows) {
        densities[component * rows + first + p * WORKGROUP_SIZE] = density;
      }
//#endif
    }
  }
  for (var p = 0u; p < POINTS; p++) {
    if (first + p * WORKGROUP_SIZE < rows) {
      let row = parameters.firstRow + first + p * WORKGROUP_SIZE;
      logDensities[row] = vec2<f32>(largest[p], log(sum[p]));
      labels[row] = label[p];
    }
  }
}
