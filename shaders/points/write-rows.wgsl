// Copies the rows of a batch to their position among all rows; with SCALED, converts them to the points' own units, x /
// factor + mean. One thread writes one coordinate.

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
