// The loss of a reconstruction against its target, and its gradient. Each row's loss is summed by `lanes` threads, of
// which each takes every lanes-th column; their sums are adjacent in `losses`, for sum-values to add.
//
// The squared error takes the reconstruction. LOGITS takes z with x̂ = sigmoid(z): the binary cross-entropy is
// softplus(z) − x z, and its gradient sigmoid(z) − x, which are exact where the sigmoid saturates. GRADIENT writes
// `scale` times the gradient with respect to the outputs.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = invocationIndex(invocation);
  if (index >= parameters.rows * parameters.lanes) {
    return;
  }
  let start = index / parameters.lanes * parameters.columns;
  var loss = 0.0;
  for (var column = index % parameters.lanes; column < parameters.columns; column += parameters.lanes) {
    let output = outputs[start + column];
    let wanted = targets[start + column];
//#if ${LOGITS}
    loss += softplus(output) - wanted * output;
    let slope = activate(3u, output) - wanted;
//#else
    let difference = output - wanted;
    loss += difference * difference;
    let slope = 2.0 * difference;
//#endif
//#if ${GRADIENT}
    gradient[start + column] = parameters.scale * slope;
//#endif
  }
  losses[index] = loss;
}
