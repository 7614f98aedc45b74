// Writes the place in the palette of each distinct colour's entry where the colour was counted, so that a pixel finds it.
// One thread, one colour.

struct Parameters {
  colorCount: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> slots: array<u32>;
@group(0) @binding(2) var<storage, read> labels: array<u32>;
@group(0) @binding(3) var<storage, read> ranks: array<u32>;
@group(0) @binding(4) var<storage, read_write> slotLabels: array<u32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = linearWorkgroup(workgroup, grid) * WORKGROUP_SIZE + local;
  if (i < parameters.colorCount) {
    slotLabels[slots[i]] = ranks[labels[i]];
  }
}
