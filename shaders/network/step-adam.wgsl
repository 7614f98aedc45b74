// One training step of Adam (D. Kingma and J. Ba, ICLR 2015), and with DECOUPLED of AdamW (I. Loshchilov and F. Hutter,
// ICLR 2019), over all parameters at once; `correction1` and `correction2` are 1 − βᵗ. One thread takes every threads-th
// parameter.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let first = invocationIndex(invocation);
  if (first >= parameters.threads || atomicLoad(&state[STATE_STOPPED]) != 0u) {
    return;
  }
  let shrink = gradientScale();
  for (var index = first; index < parameters.count; index += parameters.threads) {
    var gradient = gradients[index] * shrink;
    var weight = weights[index];
//#if ${DECOUPLED}
    weight -= parameters.rate * parameters.weightDecay * weight;
//#else
    gradient += parameters.weightDecay * weight;
//#endif
    var moment = moments[index];
    moment.x = parameters.beta1 * moment.x + (1.0 - parameters.beta1) * gradient;
    moment.y = parameters.beta2 * moment.y + (1.0 - parameters.beta2) * gradient * gradient;
    moments[index] = moment;
    let spread = sqrt(moment.y / parameters.correction2) + parameters.epsilon;
    weight -= parameters.rate * (moment.x / parameters.correction1) / spread;
    storeWeight(index, weight);
  }
}
