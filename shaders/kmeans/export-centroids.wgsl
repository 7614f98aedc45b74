// Converts centroids from working coordinates (scale 1) to the caller's units, unless a point was not finite. One
// thread takes one coordinate.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = invocationIndex(invocation);
  if (index < parameters.centroidCount * parameters.columns && state[STATE_STOPPED] != STOPPED_NOT_FINITE) {
    given[index] = centroids[index] + shift[index % parameters.columns];
  }
}
