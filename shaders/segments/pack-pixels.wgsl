// The colours of pixels as words, in Oklab of 32 bits: 18 of light, 12 of the matrix and 14 of the roots, which is within
// two units of the words of what oklab.wgsl computes. A thread does one pixel.

// ⌊16 · ∛x⌋ of x ≤ 2³⁰, digit by digit: y is the root of the digits so far and `rest` their remainder, and (2y + 1)³ −
// (2y)³ = 3·2y·(2y + 1) + 1.
fn roots16(x: vec3<u32>) -> vec3<u32> {
  var y = vec3<u32>();
  var rest = vec3<u32>();
  for (var shift = 33u; shift > 0u; shift -= 3u) {
    rest = (rest << vec3<u32>(3u)) | ((x >> vec3<u32>(shift - 3u)) & vec3<u32>(7u));
    y <<= vec3<u32>(1u);
    let step = 3u * y * (y + 1u) + 1u;
    let isOne = rest >= step;
    rest -= select(vec3<u32>(), step, isOne);
    y += select(vec3<u32>(), vec3<u32>(1u), isOne);
  }
  // Digits of the fraction.
  for (var i = 0u; i < 4u; i++) {
    rest <<= vec3<u32>(3u);
    y <<= vec3<u32>(1u);
    let step = 3u * y * (y + 1u) + 1u;
    let isOne = rest >= step;
    rest -= select(vec3<u32>(), step, isOne);
    y += select(vec3<u32>(), vec3<u32>(1u), isOne);
  }
  return y;
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
