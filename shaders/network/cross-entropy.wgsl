// The cross-entropy of distributions against their targets, and its gradient: with p = softmax(z) of the outputs z and
// the target t, −Σ t log p, computed as Σ t (log Σ exp z − z), which is exact where the softmax saturates; its gradient
// is p Σ t − t. A row has one target per column, or with LABELS one number: the class whose target is 1. GRADIENT
// writes `scale` times the gradient with respect to the outputs. One thread takes one row.

fn wanted(row: u32, column: u32) -> f32 {
//#if ${LABELS}
  return select(0.0, 1.0, u32(targets[row]) == column);
//#else
  return targets[row * parameters.columns + column];
//#endif
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let row = invocationIndex(invocation);
  if (row >= parameters.rows) {
    return;
  }
  let columns = parameters.columns;
  let first = row * columns;
  var most = outputs[first];
  for (var column = 1u; column < columns; column++) {
    most = max(most, outputs[first + column]);
  }
  var powers = 0.0;
  var total = 0.0;
  for (var column = 0u; column < columns; column++) {
    powers += exp(outputs[first + column] - most);
    total += wanted(row, column);
  }
  let logPowers = log(powers);
  var loss = 0.0;
  for (var column = 0u; column < columns; column++) {
    let share = wanted(row, column);
    let below = outputs[first + column] - most;
    loss += share * (logPowers - below);
//#if ${GRADIENT}
    gradient[first + column] = parameters.scale * (total * exp(below) / powers - share);
//#endif
  }
  losses[row] = loss;
}
