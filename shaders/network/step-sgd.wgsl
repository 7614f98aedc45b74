// One training step of stochastic gradient descent over all parameters at once, with momentum v ← μ v + g and w ← w − η
// v (B. Polyak, 1964). One thread takes every threads-th parameter.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let first = invocationIndex(invocation);
  if (first >= parameters.threads || atomicLoad(&state[STATE_STOPPED]) != 0u) {
    return;
  }
  let shrink = gradientScale();
  for (var index = first; index < parameters.count; index += parameters.threads) {
    let gradient = gradients[index] * shrink;
    var weight = weights[index];
    let velocity = parameters.momentum * moments[index] + gradient + parameters.weightDecay * weight;
    moments[index] = velocity;
    weight -= parameters.rate * velocity;
    storeWeight(index, weight);
  }
}
