// Lloyd's update in integers: centroid = ⌊(2·S + n) / 2n⌋ per channel, by shift and subtract, and its movement, added
// to the state for the convergence test. An empty cluster and the first `fixedCount` centroids stay. The centroid of a
// cluster with opaque colours is opaque, and its colour the mean of the straight ones weighted by alpha: the mean of
// the premultiplied ones would be darker, the more of them are translucent. One thread updates one centroid. Needs n <
// 2³¹.

// The coordinates of black at any alpha, and the maximum.
//#if ${OKLAB}
const NEUTRAL_COLOR = vec3<u32>(0u, 7500u, 10000u);
const MOST = vec3<u32>(OPAQUE, 16383u, 16383u);
//#else
const NEUTRAL_COLOR = vec3<u32>();
const MOST = vec3<u32>(OPAQUE);
//#endif

// ⌊(2·sum + n) / 2n⌋, which is below 2¹⁶. Needs sum < 2⁶² and n < 2⁴⁷.
fn roundedMean(sum: vec2<u32>, n: vec2<u32>) -> u32 {
  var remainder = addU64(addU64(sum, sum), n);
  var quotient = 0u;
  for (var i = 0u; i < 16u; i++) {
    let bit = 15u - i;
    // 2n << bit
    let part = vec2<u32>(n.x << (bit + 1u), (n.y << (bit + 1u)) | (n.x >> (31u - bit)));
    if (!lessU64(remainder, part)) {
      remainder = subtractU64(remainder, part);
      quotient |= 1u << bit;
    }
  }
  return quotient;
}

//#if ${ALPHA}
// The product, below 2⁶⁴, of a 64-bit and a 32-bit number.
fn scaleU64(a: vec2<u32>, b: u32) -> vec2<u32> {
  let low = multiplyU64(a.x, b);
  return vec2<u32>(low.x, low.y + a.y * b);
}

// A coordinate of the opaque entry for n colours: neutral + Σ(c − neutral)·OPAQUE / Σ alpha, half up.
fn straightMean(sum: vec2<u32>, alphas: vec2<u32>, n: u32, neutral: u32, most: u32) -> u32 {
  let above = addU64(scaleU64(sum, OPAQUE), scaleU64(alphas, neutral));
  let below = multiplyU64(n, neutral * OPAQUE);
  if (lessU64(above, below)) {
    return 0u;
  }
  return min(roundedMean(subtractU64(above, below), alphas), most);
}
//#endif

// ⌊16·√x⌋, digit by digit: 16 binary digits of the root of x, then 4 more of its fraction.
fn root16(x: u32) -> u32 {
  var remainder = 0u;
  var root = 0u;
  for (var i = 0u; i < 20u; i++) {
    let digits = select(0u, (x >> (30u - min(2u * i, 30u))) & 3u, i < 16u);
    remainder = (remainder << 2u) | digits;
    let trial = (root << 2u) | 1u;
    root <<= 1u;
    if (remainder >= trial) {
      remainder -= trial;
      root |= 1u;
    }
  }
  return root;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let k = invocationIndex(invocation);
  if (k >= parameters.centroidCount || atomicLoad(&state[STATE_CONVERGED]) != 0u) {
    return;
  }
  let first = k * SUM_WORDS;
  let n = sums[first];
  if (n != 0u && k >= parameters.fixedCount) {
    let old = centroids[k];
    let count = vec2<u32>(n, 0u);
    let x = vec2<u32>(sums[first + 1u], sums[first + 2u]);
    let y = vec2<u32>(sums[first + 3u], sums[first + 4u]);
    let z = vec2<u32>(sums[first + 5u], sums[first + 6u]);
    let alphas = vec2<u32>(sums[first + 7u], sums[first + 8u]);
    var updated = vec4<u32>(
      roundedMean(x, count),
      roundedMean(y, count),
      roundedMean(z, count),
      roundedMean(alphas, count),
    );
//#if ${ALPHA}
    if (sums[first + 9u] != 0u) {
      updated.w = OPAQUE;
      if (any(alphas != vec2<u32>())) {
        updated.x = straightMean(x, alphas, n, NEUTRAL_COLOR.x, MOST.x);
        updated.y = straightMean(y, alphas, n, NEUTRAL_COLOR.y, MOST.y);
        updated.z = straightMean(z, alphas, n, NEUTRAL_COLOR.z, MOST.z);
      }
    }
//#endif
    centroids[k] = updated;
    let moved = root16(squaredDistance(old, updated));
    if (moved != 0u) {
      let before = atomicAdd(&state[STATE_MOVEMENT], moved);
      if (before + moved < before) {
        atomicAdd(&state[STATE_MOVEMENT + 1u], 1u);
      }
    }
  }
}
