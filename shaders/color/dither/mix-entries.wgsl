// Mixes entries that together approximate a colour: PICKS of them, each nearest to the colour plus the total error of
// the picks before it (T. Knoll's pattern dithering, US patent 6606166, expired). A colour that is an entry is its own
// mix. The entries ascend, and with them their brightness, so that one level picks alike in neighbouring colours. One
// thread mixes one colour.
//
// At full strength, the weights of the picks decrease to one of 64 levels, and each pick compensates the error with the
// remaining weight: the mean is within a level wherever the palette surrounds the colour. In Oklab, a pick is exchanged
// for an earlier one that is nearer in bytes, in which means are formed.
//
// Below full strength, the picks have equal weights and the error counts half: they then have the accuracy of 16 at
// full weight and less contrast, and no distant entry is taken for a few levels, which would be visible as dots.
// Squared error of kingfisher.png at half size in 16 colours, after a blur of σ = 1 pixel and without one: 162 and 722,
// against 165 and 918 at full weight, 176 and 1027 with 16 picks, 258 and 447 without dithering. At 300 pixels' width,
// strength 256 with weights down to a level: 169 and 1000, against 154 and 734.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let place = invocationIndex(invocation);
  if (place >= parameters.colorCount) {
    return;
  }
  let color = canonicalColor(colors[parameters.firstColor + place]);
  // A variable, since Naga cannot index a constant by a variable.
  var weights = array<i32, PICKS>(18, 15, 12, 8, 5, 3, 2, 1);
  var picks: array<u32, PICKS>;
  for (var i = 0u; i < PICKS; i++) {
    picks[i] = 0xffffffffu;
  }
//#if ${OKLAB}
  var taken: array<u32, PICKS>;
//#endif
  let full = parameters.strength == 256;
  var error = vec4<i32>();
  var left = 64;
  for (var n = 0u; n < PICKS; n++) {
    let share = select(16, left, full);
    // Shifted by 2¹⁴ to be positive, so that division rounds down.
    let change = (error * parameters.strength + 128 * share + (16384 * 256) * share) / (256 * share) - 16384;
    let wanted = changeColor(color, change);
    var entry = nearestEntry(wanted);
//#if ${OKLAB}
    var off = colorError(wanted, palette[entry]);
    var nearest = dot(off, off);
    for (var i = select(0u, n, full); i > 0u; i--) {
      off = colorError(wanted, palette[taken[i - 1u]]);
      let distance = dot(off, off);
      entry = select(entry, taken[i - 1u], distance < nearest);
      nearest = min(nearest, distance);
    }
    taken[n] = entry;
//#endif
    let weight = select(8, weights[n], full);
    error += weight * colorError(color, palette[entry]);
    left -= weight;
    var pick = (entry << 8u) | u32(weight);
    for (var i = 0u; i < PICKS; i++) {
      let lower = min(picks[i], pick);
      pick = max(picks[i], pick);
      picks[i] = lower;
    }
  }
  var sums = vec2<u32>();
  var sum = 0u;
  for (var i = 0u; i < PICKS; i++) {
    sum += picks[i] & 0xffu;
    sums[i / 4u] |= sum << (8u * (i % 4u));
    picks[i] >>= 8u;
  }
  let mix = 3u * (parameters.firstMix + place);
  mixes[mix] = vec2<u32>(picks[0] | (picks[1] << 16u), picks[2] | (picks[3] << 16u));
  mixes[mix + 1u] = vec2<u32>(picks[4] | (picks[5] << 16u), picks[6] | (picks[7] << 16u));
  mixes[mix + 2u] = sums;
}
