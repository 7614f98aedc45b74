// Converts centroids from the caller's units to working coordinates (scale 1), and computes the power of two that each
// column's fixed-point sums are scaled by, with its inverse: 2^(exponent of room) over the largest possible term. If a
// point was not finite, the round is stopped before it begins. One thread takes one column.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let column = invocationIndex(invocation);
  if (column >= parameters.columns) {
    return;
  }
  if (column == 0u) {
    state[STATE_STOPPED] = select(STOPPED_NOT_FINITE, 0u, firstBad[0] == NONE);
  }
  for (var k = 0u; k < parameters.centroidCount; k++) {
    let i = k * parameters.columns + column;
    centroids[i] = given[i] - shift[column];
  }
  // The exponent of the power of two above the largest term, by its bits.
  let largest = max(abs(bounds[column].x), abs(bounds[column].y));
  let exponent = i32(bitcast<u32>(largest) >> 23u) - 126;
  let power = clamp(parameters.room - max(exponent, -60), -126, 126);
  scales[column] = vec2<f32>(
    bitcast<f32>(u32(127 + power) << 23u),
    bitcast<f32>(u32(127 - power) << 23u),
  );
}
