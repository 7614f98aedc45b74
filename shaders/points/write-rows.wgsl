// Puts the rows of a batch where they belong among all rows, brought back to the points' own units: x / factor + mean, with SCALED. One
// thread writes one coordinate.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = invocationIndex(invocation);
  if (index >= parameters.count * parameters.columns) {
    return;
  }
  let column = index % parameters.columns;
//#if ${SCALED}
  let value = values[index] / factor[column] + mean[column];
//#else
  let value = values[index];
//#endif
  rows[parameters.first * parameters.columns + index] = value;
}
