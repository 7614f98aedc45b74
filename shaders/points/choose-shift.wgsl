// Computes the shift of each column on the device, from its block statistics, as src/data/column-summary.ts does on the
// host: the multiple of the power of two at or below the range that is nearest to the mean, the upper of two equally
// near ones; for a constant column, its value. `bounds` gets the minimum and maximum relative to it. One thread takes
// one column.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let column = invocationIndex(invocation);
  if (column >= parameters.columns) {
    return;
  }
  var least = statistics[column].x;
  var greatest = statistics[column].y;
  var sum = 0.0;
  for (var block = 0u; block < parameters.blocks; block++) {
    let s = statistics[block * parameters.columns + column];
    least = min(least, s.x);
    greatest = max(greatest, s.y);
    sum += s.z;
  }
  let range = greatest - least;
  var middle = least;
  if (range > 0.0) {
    let unit = bitcast<f32>(bitcast<u32>(range) & 0x7f800000u);
    let units = (reference[column] + sum / f32(parameters.rows)) / unit;
    // WGSL rounds halves to even.
    middle = (round(units) + select(0.0, 1.0, units - round(units) == 0.5)) * unit;
  }
  shift[column] = middle;
  bounds[column] = vec2<f32>(least - middle, greatest - middle);
}
