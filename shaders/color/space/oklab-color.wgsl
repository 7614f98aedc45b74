// The conversion of Oklab's integer coordinates to bytes. Needs oklab.wgsl.

//#if ${OKLAB}
const THRESHOLDS = 256u;

// (max(x, 0) / 2¹⁰)³ / 2²⁶: from 31 875·2¹⁴ units to linear light × 1.98·10⁹.
fn cubeLight(x: i32) -> u32 {
  let t = u32(max(x, 0)) >> 10u;
  let square = multiplyU64(t, t);
  let low = multiplyU64(square.x, t);
  let cube = vec2<u32>(low.x, low.y + square.y * t);
  return (cube.y << 6u) | (cube.x >> 26u);
}

// The byte of a linear light that is a difference of two, × 2⁴⁶: how many thresholds are not above it.
fn lightByte(plus: vec2<u32>, minus: vec2<u32>) -> u32 {
  if (lessU64(plus, minus)) {
    return 0u;
  }
  let difference = subtractU64(plus, minus);
  let light = (difference.y << 16u) | (difference.x >> 16u);
  var byte = 0u;
  for (var bit = 128u; bit > 0u; bit >>= 1u) {
    if (transfer[THRESHOLDS + byte + bit - 1u] <= light) {
      byte += bit;
    }
  }
  return byte;
}

// The byte colour (r, g, b) of premultiplied coordinates, to within about one level.
fn nearByteColor(c: vec4<u32>) -> vec3<u32> {
  var lab = vec3<i32>(c.xyz) - vec3<i32>(NEUTRAL);
//#if ${ALPHA}
  lab = lab * 31875 / i32(c.w);
//#endif
  let l = cubeLight(16384 * lab.x + 6494 * lab.y + 3536 * lab.z);
  let m = cubeLight(16384 * lab.x - 1730 * lab.y - 1046 * lab.z);
  let s = cubeLight(16384 * lab.x - 1466 * lab.y - 21160 * lab.z);
  return vec3<u32>(
    lightByte(addU64(multiplyU64(l, 145132u), multiplyU64(s, 8223u)), multiplyU64(m, 117754u)),
    lightByte(multiplyU64(m, 92907u), addU64(multiplyU64(l, 45156u), multiplyU64(s, 12151u))),
    lightByte(multiplyU64(s, 60791u), addU64(multiplyU64(l, 149u), multiplyU64(m, 25042u))),
  );
}

// The byte colour nearest to a centroid, among those at most one level from its converted coordinates; the conversion
// alone misses 2435 of the 2²⁴ opaque colours by one level of red. Ties go to the least key.
fn oklabColor(c: vec4<u32>) -> u32 {
  var alpha = 255u;
//#if ${ALPHA}
  alpha = (c.w + ALPHA_UNITS / 2u) / ALPHA_UNITS;
  if (alpha == 0u) {
    return 0u;
  }
//#endif
  let near = nearByteColor(c);
  var nearest = 0u;
  var least = 0xffffffffu;
  for (var i = 0u; i < 27u; i++) {
    // One too high, to stay positive.
    let v = near + vec3<u32>(i / 9u, (i / 3u) % 3u, i % 3u);
    if (any(v < vec3<u32>(1u)) || any(v > vec3<u32>(256u))) {
      continue;
    }
    let color = (v.x - 1u) | ((v.y - 1u) << 8u) | ((v.z - 1u) << 16u) | (alpha << 24u);
    let distance = squaredDistance(oklabCoordinates(color), c);
    if (distance < least) {
      least = distance;
      nearest = color;
    }
  }
  return nearest;
}
//#endif
