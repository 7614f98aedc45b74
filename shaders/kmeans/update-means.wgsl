// Moves every centroid to the mean of its points, and computes its movement. `scales` has the power of two of each
// column's fixed-point sums and its inverse; weights are sums of 2^weightExponent. A cluster without points or weight
// keeps its centroid. The mean is a float32 quotient, corrected by the remainder of the sum in 64-bit integers, so that
// neither cancellation nor a device's division affects it. One thread takes one centroid.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let k = invocationIndex(invocation);
  if (k >= parameters.centroidCount || state[STATE_STOPPED] != 0u) {
    return;
  }
  if (parameters.fillEmpty != 0u && state[STATE_EMPTY] != 0u) {
    return; // until the empty clusters have points
  }
  let first = k * (3u + 2u * parameters.columns);
//#if ${WEIGHTED}
  let total = vec2<u32>(sums[first + 1u], sums[first + 2u]);
  let weight = ldexp(fromFixed(total), parameters.weightExponent);
//#else
  let total = vec2<u32>(sums[first], 0u);
  let weight = f32(total.x);
//#endif
  var squares = 0.0;
  if (sums[first] != 0u && weight > 0.0) {
    for (var column = 0u; column < parameters.columns; column++) {
      let at = first + 3u + 2u * column;
      let sum = vec2<u32>(sums[at], sums[at + 1u]);
      let scale = scales[column];
      let exponent = i32(bitcast<u32>(scale.x) >> 23u) - 127 + parameters.weightExponent;
      let mean = fromFixed(sum) * scale.y / weight;
      let rest = addU64(sum, negateU64(timesFixed(total, mean, exponent)));
      let updated = mean + fromFixed(rest) * scale.y / weight;
      let moved = updated - centroids[k * parameters.columns + column];
      centroids[k * parameters.columns + column] = updated;
      squares += moved * moved;
    }
  }
  movements[k] = sqrt(squares);
}
