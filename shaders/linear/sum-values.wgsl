// Adds numbers in a fixed order: of `groups` threads each adds every groups-th of `count` values, so that neighbours read
// neighbours, and leaves its sum in `sums` from `first` on. Few groups again make one. SQUARED adds their squares.

struct Parameters {
  count: u32,
  groups: u32,
  first: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> values: array<f32>;
@group(0) @binding(2) var<storage, read_write> sums: array<f32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let index = linearWorkgroup(workgroup, grid) * WORKGROUP_SIZE + local;
  if (index >= parameters.groups) {
    return;
  }
  var sum = 0.0;
  for (var i = index; i < parameters.count; i += parameters.groups) {
    let value = values[i];
//#if ${SQUARED}
    sum += value * value;
//#else
    sum += value;
//#endif
  }
  sums[parameters.first + index] = sum;
}
