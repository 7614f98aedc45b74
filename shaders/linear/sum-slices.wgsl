// Adds slices of equally many numbers element by element, in their order. One thread takes one element.

struct Parameters {
  count: u32,
  slices: u32,
  offset: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> slices: array<f32>;
@group(0) @binding(2) var<storage, read_write> sums: array<f32>;

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
  var sum = 0.0;
  for (var slice = 0u; slice < parameters.slices; slice++) {
    sum += slices[slice * parameters.count + index];
  }
  sums[parameters.offset + index] = sum;
}
