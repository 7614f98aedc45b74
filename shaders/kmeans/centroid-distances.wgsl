// Squared distances of points to all centroids, as direct differences. One thread computes one.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = invocationIndex(invocation);
  if (index >= parameters.rows * parameters.centroidCount) {
    return;
  }
  let point = (parameters.firstRow + index / parameters.centroidCount) * parameters.columns;
  let centroid = (index % parameters.centroidCount) * parameters.columns;
  var sum = 0.0;
  for (var column = 0u; column < parameters.columns; column++) {
    let x = (points[point + column] - shift[column]) * parameters.scale;
    let difference = x - centroids[centroid + column];
    sum += difference * difference;
  }
  distances[index] = sum;
}
