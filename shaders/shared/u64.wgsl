// Unsigned 64-bit integers as vec2<u32>(low, high): WGSL has none, and sums over an image need them.

fn addU64(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  let low = a.x + b.x;
  return vec2<u32>(low, a.y + b.y + select(0u, 1u, low < a.x));
}

fn negateU64(a: vec2<u32>) -> vec2<u32> {
  return vec2<u32>(0u - a.x, ~a.y + select(0u, 1u, a.x == 0u));
}

// The full product of two 32-bit numbers, by schoolbook multiplication of 16-bit halves.
fn multiplyU64(a: u32, b: u32) -> vec2<u32> {
  let aLow = a & 0xffffu;
  let aHigh = a >> 16u;
  let bLow = b & 0xffffu;
  let bHigh = b >> 16u;
  let low = aLow * bLow;
  // (2¹⁶−1)² + 2¹⁶ − 1 < 2³²: neither middle sum overflows.
  let middle = aHigh * bLow + (low >> 16u);
  let middle2 = aLow * bHigh + (middle & 0xffffu);
  return vec2<u32>((middle2 << 16u) | (low & 0xffffu), aHigh * bHigh + (middle >> 16u) + (middle2 >> 16u));
}
