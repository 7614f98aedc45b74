// The difference of every point of a tile from the mean of every component, x − m, before anything is multiplied, so
// that nothing cancels far from 0: a matrix of rows × columns for each component. One thread takes one difference.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = invocationIndex(invocation);
  let columns = parameters.columns;
  let values = parameters.rows * columns;
  if (index >= parameters.components * values) {
    return;
  }
  let mean = (parameters.firstComponent + index / values) * columns + index % columns;
  centered[index] = points[parameters.firstRow * columns + index % values] - means[mean];
}
