// Copies the parameters where the state says that this epoch's are kept. One thread copies one.

struct Parameters {
  count: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read> state: array<u32>;
@group(0) @binding(3) var<storage, read_write> kept: array<f32>;

const KEEP = 2u;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let index = linearWorkgroup(workgroup, grid) * WORKGROUP_SIZE + local;
  if (index < parameters.count && state[KEEP] != 0u) {
    kept[index] = weights[index];
  }
}
