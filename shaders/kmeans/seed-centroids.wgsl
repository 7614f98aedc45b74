// Copies chosen rows of the points to the first centroids. A row's number is cleared when it is taken, so that later
// rounds continue from the current centroids; while a point is not finite, none is taken. One thread takes one
// centroid.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let k = invocationIndex(invocation);
  if (k >= parameters.centroidCount || firstBad[0] != NONE || rowNumbers[k] == NONE) {
    return;
  }
  for (var column = 0u; column < parameters.columns; column++) {
    given[k * parameters.columns + column] = points[rowNumbers[k] * parameters.columns + column];
  }
  rowNumbers[k] = NONE;
}
