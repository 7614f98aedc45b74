// Rounds points to float16, two to a word, from word `firstWord` on: ((x − shift) · scale) · 2¹⁵ to the nearest, ties to
// even, by integers, since `pack2x16float` may round to either neighbour. What is below the smallest normal float16
// becomes 0 or that number, since devices may flush subnormal ones. `deviations` get what rounding added, in the units of
// the rounded numbers. One thread takes one word.

fn halfOf(bits: u32) -> u32 {
  let magnitude = bits & 0x7fffffffu;
  var half = (magnitude + 0xfffu + ((magnitude >> 13u) & 1u) - 0x38000000u) >> 13u;
  if (magnitude < 0x38800000u) { // 2^−14
    half = select(0u, 0x400u, magnitude > 0x38000000u);
  }
  return select(half | ((bits >> 16u) & 0x8000u), 0u, half == 0u);
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let word = invocationIndex(invocation);
  let first = 2u * word;
  if (first >= parameters.count) {
    return;
  }
  var packed = 0u;
  for (var i = first; i < min(first + 2u, parameters.count); i++) {
    let x = (points[i] - shift[i % parameters.columns]) * parameters.scale * 32768.0;
    let half = halfOf(bitcast<u32>(x));
    deviations[i] = unpack2x16float(half).x - x;
    packed |= half << (16u * (i - first));
  }
  halves[parameters.firstWord + word] = packed;
}
