// The variational code: the encoder's row holds means and then logarithms of variances, z = μ + exp(ℓ/2) ε is drawn
// from them with ε standard normal, and the penalty is β KL(N(μ, exp ℓ) ‖ N(0, I)) = β/2 Σ (μ² + exp ℓ − 1 − ℓ) (D.
// Kingma and M. Welling, ICLR 2014). With DRAWN, ε comes from the generator and is written to `epsilon`, otherwise it
// is read from there. One thread takes one row.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let row = invocationIndex(invocation);
  if (row >= parameters.rows) {
    return;
  }
  var sum = 0.0;
  for (var unit = 0u; unit < parameters.units; unit++) {
    let index = row * parameters.units + unit;
    let mean = encoded[row * 2u * parameters.units + unit];
    let logVariance = encoded[row * 2u * parameters.units + parameters.units + unit];
//#if ${DRAWN}
    epsilon[index] = randomNormal(vec3<u32>(index, parameters.step, parameters.seed));
//#endif
    latent[index] = mean + exp(0.5 * logVariance) * epsilon[index];
    sum += mean * mean + exp(logVariance) - 1.0 - logVariance;
  }
  penalties[row] = 0.5 * parameters.beta * sum;
}
