// Oklab (B. Ottosson, "A perceptual color space for image processing", 2020) in integers, so that all devices agree: 31
// 875 units per 1, a shifted by 7 500 and b by 10 000 to stay positive, alpha 125 units per level, and with alpha all
// premultiplied. Within 1.2 units of the real numbers; the 2²⁴ opaque colours have 2²⁴ different coordinates. Needs
// u64.wgsl, u64-order.wgsl and `transfer`: linear light of each byte, × 2²⁷, then the thresholds of the inverse.

//#if ${OKLAB}
const NEUTRAL = vec3<u32>(0u, 7500u, 10000u);
const ALPHA_UNITS = 125u;

// ⌊∛x⌋ of x < 2⁵⁴, digit by digit: y is the root of the digits so far and `rest` their remainder, and (2y + 1)³ − (2y)³
// = 3·2y·(2y + 1) + 1.
fn cubeRoot(x: vec2<u32>) -> u32 {
  let high = (x.y << 5u) | (x.x >> 27u);
  let low = x.x & 0x7ffffffu;
  var y = 0u;
  var rest = 0u;
  // Those of the 18 digits for which 32 bits suffice.
  for (var i = 0u; i < 14u; i++) {
    rest = (rest << 3u) | ((select(low, high, i < 9u) >> (24u - 3u * (i % 9u))) & 7u);
    y <<= 1u;
    let step = 3u * y * (y + 1u) + 1u;
    if (rest >= step) {
      rest -= step;
      y += 1u;
    }
  }
  var wide = vec2<u32>(rest, 0u);
  for (var i = 0u; i < 4u; i++) {
    wide = vec2<u32>((wide.x << 3u) | ((low >> (9u - 3u * i)) & 7u), (wide.y << 3u) | (wide.x >> 29u));
    y <<= 1u;
    let square = multiplyU64(y, y + 1u);
    let step = addU64(addU64(addU64(square, square), square), vec2<u32>(1u, 0u));
    if (!lessU64(wide, step)) {
      wide = subtractU64(wide, step);
      y += 1u;
    }
  }
  return y;
}

fn mixLight(light: vec3<u32>, row: vec3<u32>) -> vec2<u32> {
  return addU64(addU64(multiplyU64(light.x, row.x), multiplyU64(light.y, row.y)), multiplyU64(light.z, row.z));
}

fn oklabCoordinates(color: u32) -> vec4<u32> {
  let light = vec3<u32>(transfer[color & 0xffu], transfer[(color >> 8u) & 0xffu], transfer[(color >> 16u) & 0xffu]);
  // Rows of sums 2²⁴: white is 2⁵¹, its root 2¹⁷, and greys have equal roots.
  let l = cubeRoot(mixLight(light, vec3<u32>(6915929u, 8998166u, 863121u)));
  let m = cubeRoot(mixLight(light, vec3<u32>(3555151u, 11420243u, 1801822u)));
  let s = cubeRoot(mixLight(light, vec3<u32>(1481469u, 4726458u, 10569289u)));
  // L, a and b from m and the differences to it. Intermediate wrap-around cancels: each sum is in 0 … 2³².
  let dl = l - m;
  let ds = s - m;
  let lab = vec3<u32>(
    (31875u * m + 6708u * dl - 130u * ds + 65536u) >> 17u,
    (63049u * dl + 14363u * ds + (7500u << 17u) + 65536u) >> 17u,
    (826u * dl - 25777u * ds + (10000u << 17u) + 65536u) >> 17u,
  );
//#if ${ALPHA}
  let alpha = color >> 24u;
  return vec4<u32>((2u * (NEUTRAL * (255u - alpha) + lab * alpha) + 255u) / 510u, ALPHA_UNITS * alpha);
//#else
  return vec4<u32>(lab, 0u);
//#endif
}
//#endif
