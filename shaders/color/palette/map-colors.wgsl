// The last mapping: the nearest entry of the rounded palette for every distinct colour, the pixel count of each entry,
// and the exact squared error over all pixels as a 64-bit integer (units of 1/128²). One thread takes ITEMS colours,
// WORKGROUP_SIZE apart.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let first = parameters.firstColor + workgroupIndex(invocation) * WORKGROUP_SIZE * ITEMS + invocation.local;
  let last = parameters.firstColor + parameters.colorCount;
  if (first >= last) {
    return;
  }
  var error = vec2<u32>();
  for (var i = first; i < min(first + WORKGROUP_SIZE * ITEMS, last); i += WORKGROUP_SIZE) {
    let nearest = nearestCentroid(loadPoint(i));
    labels[i] = nearest.index;
    atomicAdd(&populations[nearest.index], counts[i]);
    error = addU64(error, multiplyU64(counts[i], nearest.distance));
  }
  let before = atomicAdd(&state[STATE_ERROR], error.x);
  let high = error.y + select(0u, 1u, before + error.x < before);
  if (high != 0u) {
    atomicAdd(&state[STATE_ERROR + 1u], high);
  }
}
