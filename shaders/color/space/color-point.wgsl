// A distinct colour as a point: the colour's word if its coordinates are quickly computed, otherwise (PACKED) two words
// with four coordinates below 2¹⁶, computed once for all passes. Needs `points`.

fn loadPoint(i: u32) -> vec4<u32> {
//#if ${PACKED}
  let low = points[2u * i];
  let high = points[2u * i + 1u];
  return vec4<u32>(low & 0xffffu, low >> 16u, high & 0xffffu, high >> 16u);
//#else
  return colorCoordinates(points[i]);
//#endif
}
