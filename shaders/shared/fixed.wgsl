// Sums of floats that do not depend on their order: every term becomes a 64-bit integer (two's complement, low and high
// word) and integers are added by atomics. A term is multiplied by a power of two that leaves room for the sum of all
// terms; bits below 1 are cut off. With 2²³ points that is 2⁻³⁹ of the largest term: finer than f32 sums could be.

fn toFixed(value: f32, scale: f32) -> vec2<u32> {
  let scaled = abs(value) * scale;
  // Exact: above 2³² a float has no bits below 2⁹, and multiplying by powers of two rounds nothing.
  let high = u32(scaled * 2.3283064365386963e-10);
  let low = u32(scaled - f32(high) * 4294967296.0);
  if (value < 0.0) {
    return vec2<u32>(0u - low, ~high + select(0u, 1u, low == 0u));
  }
  return vec2<u32>(low, high);
}

fn fromFixed(sum: vec2<u32>) -> f32 {
  let negative = sum.y >= 0x80000000u;
  var magnitude = sum;
  if (negative) {
    magnitude = vec2<u32>(0u - sum.x, ~sum.y + select(0u, 1u, sum.x == 0u));
  }
  let value = f32(magnitude.y) * 4294967296.0 + f32(magnitude.x);
  return select(value, -value, negative);
}
