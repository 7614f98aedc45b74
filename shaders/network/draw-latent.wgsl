// The variational code: the encoder's row holds means and then logarithms of variances, z = μ + exp(ℓ/2) ε is drawn from
// them with ε standard normal, and the penalty is β KL(N(μ, exp ℓ) ‖ N(0, I)) = β/2 Σ (μ² + exp ℓ − 1 − ℓ)
// (D. Kingma and M. Welling, ICLR 2014). With DRAWN ε comes from the generator and is left in `epsilon`, else it is read
// there. One thread takes one row.

struct Parameters {
  rows: u32,
  units: u32,
  beta: f32,
  seed: u32,
  step: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> encoded: array<f32>;
@group(0) @binding(2) var<storage, read_write> epsilon: array<f32>;
@group(0) @binding(3) var<storage, read_write> latent: array<f32>;
@group(0) @binding(4) var<storage, read_write> penalties: array<f32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let row = linearWorkgroup(workgroup, grid) * WORKGROUP_SIZE + local;
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
