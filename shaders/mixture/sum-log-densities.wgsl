// Adds the log densities of points, times their weights with WEIGHTED, in a fixed order: each of `groups` threads adds
// every groups-th, so that neighbouring threads read neighbouring values. The host adds the sums in float64.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = invocationIndex(invocation);
  if (index >= parameters.groups) {
    return;
  }
  var sum = 0.0;
  for (var row = index; row < parameters.rows; row += parameters.groups) {
//#if ${WEIGHTED}
    sum += weights[row] * (logDensities[row].x + logDensities[row].y);
//#else
    sum += logDensities[row].x + logDensities[row].y;
//#endif
  }
  sums[index] = sum;
}
