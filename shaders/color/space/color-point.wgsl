// A distinct colour as a point: its own word where its coordinates are quickly made, else (PACKED) two words with four
// coordinates below 2¹⁶, made once for all passes. Needs `points`.

fn loadPoint(i: u32) -> vec4<u32> {
//#if ${PACKED}
  let low = points[2u * i];
  let high = points[2u * i + 1u];
  return vec4<u32>(low & 0xffffu, low >> 16u, high & 0xffffu, high >> 16u);
//#else
  return colorCoordinates(points[i]);
//#endif
}
