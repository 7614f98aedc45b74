// One training step of stochastic gradient descent over all parameters at once, with momentum v ← μ v + g and w ← w − η
// v (B. Polyak, 1964). The gradient is scaled down to `clipNorm` if its squared norm, in `norm`, is larger; 0: never. A
// parameter that becomes larger than `limit`, infinite or NaN is noted in the state; as integers, the bits of
// magnitudes are in that order. One thread takes every threads-th parameter.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let first = invocationIndex(invocation);
  if (first >= parameters.threads || atomicLoad(&state[STATE_STOPPED]) != 0u) {
    return;
  }
  var shrink = 1.0;
  if (parameters.clipNorm > 0.0 && norm[0] > parameters.clipNorm * parameters.clipNorm) {
    shrink = parameters.clipNorm / sqrt(norm[0]);
  }
  for (var index = first; index < parameters.count; index += parameters.threads) {
    let gradient = gradients[index] * shrink;
    var weight = weights[index];
    let velocity = parameters.momentum * moments[index] + gradient + parameters.weightDecay * weight;
    moments[index] = velocity;
    weight -= parameters.rate * velocity;
    weights[index] = weight;
    if ((bitcast<u32>(weight) & 0x7fffffffu) > bitcast<u32>(parameters.limit)) {
      atomicStore(&state[STATE_DAMAGED], 1u);
    }
  }
}
