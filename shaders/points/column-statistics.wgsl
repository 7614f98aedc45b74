// The statistics of each column that k-means needs before it starts: minimum and maximum, and the first two moments
// about a reference row (any row of the data: near enough that nothing cancels). One thread takes one column of a block
// of STATISTICS_ROWS rows, of `blocks` from `firstBlock` on; the host adds the blocks in float64. `scale`, a power of
// two, keeps the moments of huge values from overflowing; they are moments of scaled deviations. NaN and infinity are
// found by their bits, since WGSL lets a compiler assume there are none; the first one is reported.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let own = invocationIndex(invocation);
  if (own >= parameters.blocks * parameters.columns) {
    return;
  }
  let index = parameters.firstBlock * parameters.columns + own;
  let column = index % parameters.columns;
  let first = (index / parameters.columns) * STATISTICS_ROWS;
  let about = reference[column];
  var least = points[first * parameters.columns + column];
  var greatest = least;
  var sum = 0.0;
  var squares = 0.0;
  for (var row = first; row < min(first + STATISTICS_ROWS, parameters.rows); row++) {
    let i = row * parameters.columns + column;
    let value = points[i];
    if ((bitcast<u32>(value) & 0x7f800000u) == 0x7f800000u) {
      atomicMin(&firstBad[0], i);
    }
    least = min(least, value);
    greatest = max(greatest, value);
    let deviation = (value - about) * parameters.scale;
    sum += deviation;
    squares += deviation * deviation;
  }
  statistics[index] = vec4<f32>(least, greatest, sum, squares);
}
