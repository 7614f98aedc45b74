// Starts a round of k-means on the device: a new state, no bad point known, and sums of no points. One thread clears one
// word of the sums; the first does the rest.

struct Parameters {
  sumWords: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read_write> state: array<u32>;
@group(0) @binding(2) var<storage, read_write> firstBad: array<u32>;
@group(0) @binding(3) var<storage, read_write> sums: array<u32>;

const STATE_WORDS = 5u;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let index = linearWorkgroup(workgroup, grid) * WORKGROUP_SIZE + local;
  if (index < parameters.sumWords) {
    sums[index] = 0u;
  }
  if (index != 0u) {
    return;
  }
  for (var word = 0u; word < STATE_WORDS; word++) {
    state[word] = 0u;
  }
  firstBad[0] = 0xffffffffu;
}
