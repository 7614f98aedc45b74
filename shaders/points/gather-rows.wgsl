// Copies rows of points by index, in working coordinates. One thread copies one coordinate.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = invocationIndex(invocation);
  if (index >= parameters.count * parameters.columns) {
    return;
  }
  let column = index % parameters.columns;
  let row = rowNumbers[index / parameters.columns];
  let x = (points[row * parameters.columns + column] - shift[column]) * parameters.scale;
  gathered[parameters.firstTarget * parameters.columns + index] = x;
}
