// The chain rule through draw-latent: from the gradient with respect to z = μ + exp(ℓ/2) ε to the one with respect to
// (μ, ℓ), plus `scale` times that of the penalty, (β μ, β (exp ℓ − 1) / 2). One thread takes one unit of one row.

struct Parameters {
  rows: u32,
  units: u32,
  beta: f32,
  scale: f32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> encoded: array<f32>;
@group(0) @binding(2) var<storage, read> epsilon: array<f32>;
@group(0) @binding(3) var<storage, read> latentGradient: array<f32>;
@group(0) @binding(4) var<storage, read_write> gradient: array<f32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let index = linearWorkgroup(workgroup, grid) * WORKGROUP_SIZE + local;
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
