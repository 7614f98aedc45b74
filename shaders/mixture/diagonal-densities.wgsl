// The log densities of components whose covariances are diagonal, log(π |W|) − ‖y‖² / 2 plus a constant, where y = W (x −
// μ). μ is a float32 m and an offset W (m − μ). One thread takes one point and component; neighbours have neighbouring
// points.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = invocationIndex(invocation);
  let columns = parameters.columns;
  if (index >= parameters.components * parameters.rows) {
    return;
  }
  let component = index / parameters.rows;
  let start = (parameters.firstRow + index % parameters.rows) * columns;
  var square = 0.0;
  for (var column = 0u; column < columns; column++) {
    let at = component * columns + column;
    let y = (points[start + column] - means[at]) * factors[at] + offsets[at];
    square += y * y;
  }
  densities[index] = constants[component] - 0.5 * min(square, 1e37);
}
