// Rounds centroids (premultiplied) to palette bytes. sRGB: (c + 64) >> 7, and with alpha the straight colour 255·c/a, half
// up. Oklab: the nearest byte colour. An entry with alpha 0 is 0,0,0,0. One thread rounds one centroid; the first
// `fixedCount` keep the bytes that are already in `palette`.

fn roundColor(c: vec4<u32>) -> u32 {
//#if ${OKLAB}
  return oklabColor(c);
//#else
//#if ${ALPHA}
  let alpha = (c.w + 64u) >> 7u;
  if (alpha == 0u) {
    return 0u;
  }
  let v = min(vec3<u32>(255u), (510u * c.xyz + c.w) / (2u * c.w));
  return v.x | (v.y << 8u) | (v.z << 16u) | (alpha << 24u);
//#else
  let v = (c.xyz + 64u) >> vec3<u32>(7u);
  return v.x | (v.y << 8u) | (v.z << 16u) | 0xff000000u;
//#endif
//#endif
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let k = invocationIndex(invocation);
  if (k < parameters.centroidCount && k >= parameters.fixedCount) {
    palette[k] = roundColor(centroids[k]);
  }
}
