// 8-bit colours as integers. A pixel is rgba8 in one u32, red in the low byte. Its coordinates have 7 fractional bits:
// 128·v, and with alpha 128·v·a/255 rounded half up (premultiplied) and 128·a. A fully transparent pixel is colour 0.

fn canonicalColor(pixel: u32) -> u32 {
//#if ${ALPHA}
  return select(pixel, 0u, pixel < 0x01000000u);
//#else
  return pixel;
//#endif
}

fn colorCoordinates(color: u32) -> vec4<u32> {
  let rgb = vec3<u32>(color & 0xffu, (color >> 8u) & 0xffu, (color >> 16u) & 0xffu);
//#if ${ALPHA}
  let alpha = color >> 24u;
  return vec4<u32>((256u * alpha * rgb + 255u) / 510u, 128u * alpha);
//#else
  return vec4<u32>(128u * rgb, 0u);
//#endif
}

// Exact: at most 4·(255·128)² < 2³².
fn squaredDistance(a: vec4<u32>, b: vec4<u32>) -> u32 {
  let d = vec4<i32>(a) - vec4<i32>(b);
//#if ${ALPHA}
  return u32(d.x * d.x) + u32(d.y * d.y) + u32(d.z * d.z) + u32(d.w * d.w);
//#else
  return u32(d.x * d.x) + u32(d.y * d.y) + u32(d.z * d.z);
//#endif
}
