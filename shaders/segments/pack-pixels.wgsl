// The colours of pixels as words, in Oklab of 32 bits: 18 of light, 12 of the matrix and 14 of the roots, which is within
// two units of the words of what oklab.wgsl computes. A thread does one pixel.

// ⌊16 · ∛x⌋ of x ≤ 2³⁰: an estimate in floats, which are nowhere so inexact that it is more than one off, and its remainder
// 2¹²x − y³, exact in 32 bits since it is between −2³¹ and 2³¹.
fn roots16(x: vec3<u32>) -> vec3<u32> {
  // Not 0, and the same estimate.
  let value = vec3<f32>(x) + 1e-6;
  // A third of the exponent, within 4 %, and two steps of Halley's method, which cube that.
  var root = bitcast<vec3<f32>>(vec3<i32>(vec3<f32>(bitcast<vec3<i32>>(value)) * (1.0 / 3.0)) + 0x2a5137a0);
  for (var i = 0u; i < 2u; i++) {
    let cube = root * root * root;
    root *= (cube + 2.0 * value) / (2.0 * cube + value);
  }
  let y = vec3<u32>(16.0 * root);
  let rest = bitcast<vec3<i32>>((x << vec3<u32>(12u)) - y * y * y);
  let step = bitcast<vec3<i32>>(3u * y * (y + 1u) + 1u);
  return y + select(vec3<u32>(), vec3<u32>(1u), rest >= step) - select(vec3<u32>(), vec3<u32>(1u), rest < vec3<i32>());
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let i = invocationIndex(invocation);
  if (i >= parameters.pixelCount) {
    return;
  }
  let pixel = pixels[i];
  let light = vec3<u32>(transfer[pixel & 0xffu], transfer[(pixel >> 8u) & 0xffu], transfer[(pixel >> 16u) & 0xffu]) >> vec3<u32>(9u);
  // Rows of sums 2¹²: white is 2³⁰, and greys have equal roots.
  let x = light.x * vec3<u32>(1688u, 868u, 362u) + light.y * vec3<u32>(2197u, 2788u, 1154u) + light.z * vec3<u32>(211u, 440u, 2580u);
  let roots = roots16(x);
  // Intermediate wrap-around cancels.
  let m = roots.y;
  let dl = roots.x - m;
  let ds = roots.z - m;
  let lab = vec3<u32>(
    (31875u * m + 6708u * dl - 130u * ds + 131072u) >> 18u,
    (63049u * dl + 14363u * ds + (7500u << 14u) + 131072u) >> 18u,
    (826u * dl - 25777u * ds + (10000u << 14u) + 131072u) >> 18u,
  );
//#if ${ALPHA}
  // Premultiplied, in fourths of these units, and alpha in sixteenths.
  let alpha = pixel >> 24u;
  let part = (vec3<u32>(0u, 469u, 625u) * (255u - alpha) + lab * alpha) / 1020u;
  words[parameters.first + i] = (part.x << 23u) | (part.y << 15u) | (part.z << 7u) | ((125u * alpha) >> 8u);
//#else
  words[parameters.first + i] = (lab.x << 20u) | (lab.y << 10u) | lab.z;
//#endif
}
