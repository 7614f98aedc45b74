// The chain rule through draw-latent: from the gradient with respect to z = μ + exp(ℓ/2) ε to the one with respect to
// (μ, ℓ), plus `scale` times that of the penalty, (β μ, β (exp ℓ − 1) / 2). One thread takes one unit of one row.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = invocationIndex(invocation);
  let units = parameters.units;
  if (index >= parameters.rows * units) {
    return;
  }
  let mean = index / units * 2u * units + index % units;
  let logVariance = encoded[mean + units];
  let weight = parameters.scale * parameters.beta;
  let received = latentGradient[index];
  gradient[mean] = received + weight * encoded[mean];
  gradient[mean + units] = 0.5 * (received * exp(0.5 * logVariance) * epsilon[index] + weight * (exp(logVariance) - 1.0));
}
