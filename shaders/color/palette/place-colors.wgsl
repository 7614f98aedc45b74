// Marks the fine and, after them, the coarse cells of the colour cube that hold colours, and (PACKED) writes each
// distinct colour's coordinates, once for all passes over them. One thread places one colour.

struct Parameters {
  colorCount: u32,
  cellBits: u32,
  cellCount: u32,
  coarseBits: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> colors: array<u32>;
@group(0) @binding(2) var<storage, read> transfer: array<u32>;
@group(0) @binding(3) var<storage, read_write> points: array<u32>;
@group(0) @binding(4) var<storage, read_write> occupied: array<atomic<u32>>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = linearWorkgroup(workgroup, grid) * WORKGROUP_SIZE + local;
  if (i >= parameters.colorCount) {
    return;
  }
  let c = spaceCoordinates(colors[i]);
//#if ${PACKED}
  points[2u * i] = c.x | (c.y << 16u);
  points[2u * i + 1u] = c.z | (c.w << 16u);
//#endif
  atomicStore(&occupied[colorCell(c, parameters.cellBits)], 1u);
  atomicStore(&occupied[parameters.cellCount + colorCell(c, parameters.coarseBits)], 1u);
}
