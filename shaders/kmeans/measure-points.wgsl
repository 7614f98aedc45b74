// The squared distance of every point to its own centroid, as direct differences, and the weighted sum of each block of
// MEASURE_BLOCK points, which the host adds in float64: the inertia. LOWER keeps lower previous distances (k-means‖).
// One thread takes one block.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let block = invocationIndex(invocation);
  let first = parameters.firstRow + block * MEASURE_BLOCK;
  let end = parameters.firstRow + parameters.rows;
  if (first >= end) {
    return;
  }
  var sum = 0.0;
  for (var row = first; row < min(first + MEASURE_BLOCK, end); row++) {
    let centroid = labels[row] * parameters.columns;
    var distance = 0.0;
    for (var column = 0u; column < parameters.columns; column++) {
      let x = (points[row * parameters.columns + column] - shift[column]) * parameters.scale;
      let difference = x - centroids[centroid + column];
      distance += difference * difference;
    }
//#if ${LOWER}
    distance = min(distance, distances[row]);
//#endif
    distances[row] = distance;
//#if ${WEIGHTED}
    sum += weights[row] * distance;
//#else
    sum += distance;
//#endif
  }
  blockSums[first / MEASURE_BLOCK] = sum;
}
