// The chain rule through an element-wise activation: the gradient with respect to its result becomes, in place, the one
// with respect to its argument. One thread takes one element.

struct Parameters {
  count: u32,
  activation: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> outputs: array<f32>;
@group(0) @binding(2) var<storage, read_write> gradient: array<f32>;

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
  gradient[index] *= activationSlope(parameters.activation, outputs[index]);
}
