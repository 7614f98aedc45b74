// Marks the fine and, after them, the coarse cells of the colour cube that hold colours, and (PACKED) writes each
// distinct colour's coordinates, once for all passes. One thread processes one colour.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let i = invocationIndex(invocation);
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
