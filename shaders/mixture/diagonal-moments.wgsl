// The moments of every component over slices of SLICE_ROWS points: for every column Σ r y² and Σ r y, and Σ r, where y =
// W (x − μ) with a diagonal W. μ is a float32 m and an offset W (m − μ). One thread takes one column of one component
// in one slice; neighbours have neighbouring columns.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = invocationIndex(invocation);
  let columns = parameters.columns;
  let slice = index / (parameters.components * columns);
  let first = slice * SLICE_ROWS;
  if (first >= parameters.rows) {
    return;
  }
  let at = index % (parameters.components * columns);
  let component = at / columns;
  let column = at % columns;
  let mean = means[at];
  let factor = factors[at];
  let offset = offsets[at];
  var mass = 0.0;
  var sum = 0.0;
  var squares = 0.0;
  for (var point = first; point < min(first + SLICE_ROWS, parameters.rows); point++) {
    let weight = responsibilities[component * parameters.rows + point];
    let y = (points[(parameters.firstRow + point) * columns + column] - mean) * factor + offset;
    mass += weight;
    sum += weight * y;
    squares += weight * y * y;
  }
  let start = (slice * parameters.components + component) * (2u * columns + 1u);
  slices[start + column] = squares;
  slices[start + columns + column] = sum;
  if (column == 0u) {
    slices[start + 2u * columns] = mass;
  }
}
