// Updates every point's squared distance to the centroids so far with one more (or, with `reset`, with that one alone),
// and the weighted sum, or with `farthest` the maximum, of each block. One thread takes one of the chunk's blocks
// `begin` … `end` − 1.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let block = parameters.begin + invocationIndex(invocation);
  if (block >= parameters.end) {
    return;
  }
  let columns = parameters.columns;
  var sum = 0.0;
  for (var row = block * MEASURE_BLOCK; row < min((block + 1u) * MEASURE_BLOCK, parameters.rows); row++) {
    var distance = 0.0;
    for (var column = 0u; column < columns; column++) {
      let x = (points[row * columns + column] - shift[column]) * parameters.scale;
      let difference = x - centroids[parameters.centroid * columns + column];
      distance += difference * difference;
    }
    if (parameters.reset == 0u) {
      distance = min(distance, distances[row]);
    }
    distances[row] = distance;
//#if ${WEIGHTED}
    if (parameters.farthest != 0u) {
      sum = max(sum, select(0.0, distance, weights[row] > 0.0));
    } else {
      sum += weights[row] * distance;
    }
//#else
    sum = select(sum + distance, max(sum, distance), parameters.farthest != 0u);
//#endif
  }
  blockSums[parameters.firstBlock + block] = sum;
}
