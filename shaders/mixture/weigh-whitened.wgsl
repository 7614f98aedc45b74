// Whitened points times the roots of their responsibilities, √r (y, 1, 0 …): the products of these rows with one another
// are the weighted moments of y up to the second. y comes without its offset, as for whitened-densities. One thread
// takes one element.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = invocationIndex(invocation);
  let width = parameters.width;
  if (index >= parameters.components * parameters.rows * width) {
    return;
  }
  let point = index / width;
  let column = index % width;
  let component = parameters.firstComponent + point / parameters.rows;
  let root = sqrt(responsibilities[parameters.firstComponent * parameters.rows + point]);
  if (column < parameters.columns) {
    whitened[index] = root * (whitened[index] + offsets[component * parameters.columns + column]);
  } else {
    whitened[index] = select(0.0, root, column == parameters.columns);
  }
}
