// Colours as words. The word of a pixel holds its Oklab coordinates, of which 31875 / 16 units are 1: 11 bits of L, 10 of a
// and 10 of b; with ALPHA, premultiplied and in 4 such units, 9, 8 and 8 bits, and 7 of alpha in 16.

// A word's fields: L, a, b, alpha.
fn fieldsOf(word: u32) -> vec4<u32> {
//#if ${ALPHA}
  return vec4<u32>(word >> 23u, (word >> 15u) & 255u, (word >> 7u) & 255u, word & 127u);
//#else
  return vec4<u32>(word >> 20u, (word >> 10u) & 1023u, word & 1023u, 0u);
//#endif
}

// Binary digits of a centre's coordinates below the unit of each field.
fn fractionOf(fraction: u32) -> vec4<u32> {
//#if ${ALPHA}
  return fraction + vec4<u32>(2u, 2u, 2u, 4u);
//#else
  return vec4<u32>(fraction);
//#endif
}

// The squared distance of two colours.
fn colorDistance(a: vec4<u32>, b: vec4<u32>) -> u32 {
  let d = vec4<i32>(a) - vec4<i32>(b);
//#if ${ALPHA}
  return u32(d.x * d.x + d.y * d.y) + u32(d.z * d.z + d.w * d.w);
//#else
  return u32(d.x * d.x + d.y * d.y) + u32(d.z * d.z);
//#endif
}
