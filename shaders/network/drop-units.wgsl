// Dropout (N. Srivastava and others, JMLR 15, 2014): each number is 0 with probability `rate`, else divided by 1 − rate. The
// generator gives the same choice for the same index, step and seed, so that the gradient passes where the number did.
// One thread takes one number.

struct Parameters {
  count: u32,
  rate: f32,
  step: u32,
  seed: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> values: array<f32>;
@group(0) @binding(2) var<storage, read_write> kept: array<f32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let index = linearWorkgroup(workgroup, grid) * WORKGROUP_SIZE + local;
  if (index >= parameters.count) {
    return;
  }
  let dropped = randomUnit(vec3<u32>(index, parameters.step, parameters.seed)) < parameters.rate;
  kept[index] = select(values[index] / (1.0 - parameters.rate), 0.0, dropped);
}
