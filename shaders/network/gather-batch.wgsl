// Gathers a batch: rows of the points, scaled by column, in `clean`, and the network's inputs in training in `noisy`.
// ORDERED takes the rows in `order`, otherwise those from `first` on. GAUSSIAN adds normal noise of standard deviation
// `amount`, MASKING sets a share `amount` of the coordinates to 0 (P. Vincent et al., ICML 2008). One thread copies
// every lanes-th coordinate of a row: a division for each coordinate took five times as long.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = invocationIndex(invocation);
  let lanes = parameters.lanes;
  if (index >= parameters.count * lanes) {
    return;
  }
  let columns = parameters.columns;
  let taken = index / lanes;
//#if ${ORDERED}
  let row = order[parameters.first + taken];
//#else
  let row = parameters.first + taken;
//#endif
  for (var column = index % lanes; column < columns; column += lanes) {
    let at = taken * columns + column;
    let x = (points[row * columns + column] - mean[column]) * factor[column];
    clean[at] = x;
//#if ${GAUSSIAN}
    noisy[at] = x + parameters.amount * randomNormal(vec3<u32>(at, parameters.step, parameters.seed));
//#elif ${MASKING}
    noisy[at] = select(x, 0.0, randomUnit(vec3<u32>(at, parameters.step, parameters.seed)) < parameters.amount);
//#endif
  }
}
