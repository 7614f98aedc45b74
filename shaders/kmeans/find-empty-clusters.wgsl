// Counts the clusters without points. If there are any and the caller wants them filled, everything stops until the host
// has done so. One thread looks at one cluster.

struct Parameters {
  centroidCount: u32,
  columns: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> sums: array<u32>;
@group(0) @binding(2) var<storage, read_write> state: array<atomic<u32>>;

const STATE_STOPPED = 1u;
const STATE_EMPTY = 3u;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let k = linearWorkgroup(workgroup, grid) * WORKGROUP_SIZE + local;
  if (k >= parameters.centroidCount || atomicLoad(&state[STATE_STOPPED]) != 0u) {
    return;
  }
  if (sums[k * (3u + 2u * parameters.columns)] == 0u) {
    atomicAdd(&state[STATE_EMPTY], 1u);
  }
}
