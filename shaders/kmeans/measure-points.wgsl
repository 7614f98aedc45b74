// The squared distance of every point to its own centroid, as direct differences, and the weighted sum of each block of
// MEASURE_BLOCK points, in their order, which the host adds in float64: the inertia. LOWER keeps lower previous distances
// (k-means‖). One thread takes one point, and the first of a block then adds the distances of its block.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let row = parameters.firstRow + invocationIndex(invocation);
  let end = parameters.firstRow + parameters.rows;
  if (row < end) {
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
  }
  storageBarrier();
  if (row < end && row % MEASURE_BLOCK == 0u) {
    var sum = 0.0;
    for (var i = row; i < min(row + MEASURE_BLOCK, end); i++) {
      var distance = distances[i];
//#if ${WEIGHTED}
      distance *= weights[i];
//#endif
      sum += distance;
    }
    blockSums[row / MEASURE_BLOCK] = sum;
  }
}
