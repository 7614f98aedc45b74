// Sums of floats that do not depend on their order: every term becomes a 64-bit integer (two's complement, low and high
// word), and integers are added. A term is multiplied by a power of two such that the sum of all terms fits; bits below
// 1 are truncated. With 2²³ points that is 2⁻³⁹ of the largest term: finer than f32 sums could be. Needs u64.wgsl.

fn toFixed(value: f32, scale: f32) -> vec2<u32> {
  let scaled = abs(value) * scale;
  // Exact: above 2³² a float has no bits below 2⁹, and multiplying by powers of two rounds nothing.
  let high = u32(scaled * 2.3283064365386963e-10);
  let low = u32(scaled - f32(high) * 4294967296.0);
  if (value < 0.0) {
    return negateU64(vec2<u32>(low, high));
  }
  return vec2<u32>(low, high);
}

fn fromFixed(sum: vec2<u32>) -> f32 {
  let negative = sum.y >= 0x80000000u;
  var magnitude = sum;
  if (negative) {
    magnitude = negateU64(sum);
  }
  let value = f32(magnitude.y) * 4294967296.0 + f32(magnitude.x);
  return select(value, -value, negative);
}

// weight · factor · 2^exponent, truncated to an integer (two's complement), for a weight of 64 bits and a result below
// 2⁶³: exact where float32 products would round.
fn timesFixed(weight: vec2<u32>, factor: f32, exponent: i32) -> vec2<u32> {
  let bits = bitcast<u32>(factor);
  let biased = (bits >> 23u) & 0xffu;
  if (biased == 0u) {
    return vec2<u32>();
  }
  let mantissa = (bits & 0x7fffffu) | 0x800000u;
  let low = multiplyU64(weight.x, mantissa);
  let high = addU64(multiplyU64(weight.y, mantissa), vec2<u32>(low.y, 0u));
  var product = array<u32, 5>(low.x, high.x, high.y, 0u, 0u);
  let shift = exponent + i32(biased) - 150;
  var magnitude = vec2<u32>();
  if (shift >= 0) {
    let by = u32(shift) & 31u;
    let moved = vec2<u32>(low.x << by, (high.x << by) | ((low.x >> 1u) >> (31u - by)));
    magnitude = select(moved, vec2<u32>(0u, moved.x), shift >= 32);
  } else if (shift > -96) {
    let words = u32(-shift) / 32u;
    let by = u32(-shift) % 32u;
    magnitude.x = (product[words] >> by) | ((product[words + 1u] << 1u) << (31u - by));
    magnitude.y = (product[words + 1u] >> by) | ((product[words + 2u] << 1u) << (31u - by));
  }
  return select(magnitude, negateU64(magnitude), factor < 0.0);
}
