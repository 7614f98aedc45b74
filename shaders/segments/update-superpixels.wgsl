// The update of SLIC: moves each centre to the mean colour and place of its pixels, rounded half up, and sets the sums to 0.
// A centre without pixels stays. A thread does one.

// ⌊(2^bits · 2 · sum + n) / 2n⌋, which is below 2²⁰, by shift and subtract.
fn roundedMean(sum: vec2<u32>, bits: u32, n: u32) -> u32 {
  let double = vec2<u32>(sum.x << (bits + 1u), (sum.y << (bits + 1u)) | (sum.x >> (31u - bits)));
  var remainder = addU64(double, vec2<u32>(n, 0u));
  var quotient = 0u;
  for (var i = 0u; i < 20u; i++) {
    let bit = 19u - i;
    let part = vec2<u32>(n << (bit + 1u), n >> (31u - bit));
    if (!lessU64(remainder, part)) {
      remainder = subtractU64(remainder, part);
      quotient |= 1u << bit;
    }
  }
  return quotient;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let k = invocationIndex(invocation);
  if (k >= parameters.centerCount) {
    return;
  }
  let first = SUM_WORDS * k;
  let n = sums[first];
  if (n == 0u) {
    return;
  }
  let fraction = fractionOf(parameters.fraction);
  for (var word = 0u; word < CENTER_WORDS; word++) {
    let at = first + 1u + 2u * word;
    let bits = select(PLACE_BITS, select(fraction.x, fraction.w, word == 3u), word < 4u);
    centers[CENTER_WORDS * k + word] = roundedMean(vec2<u32>(sums[at], sums[at + 1u]), bits, n);
  }
  for (var word = 0u; word < SUM_WORDS; word++) {
    sums[first + word] = 0u;
  }
}
