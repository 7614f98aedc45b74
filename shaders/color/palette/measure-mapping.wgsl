// The exact squared error of a mapping in a space, weighted, as a 64-bit integer: between each distinct colour and its
// entry. One thread takes ITEMS colours,
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
    let distance = squaredDistance(spaceCoordinates(colors[i]), entries[labels[i]]);
    error = addU64(error, multiplyU64(weights[i], distance));
  }
  let before = atomicAdd(&sum[0], error.x);
  let high = error.y + select(0u, 1u, before + error.x < before);
  if (high != 0u) {
    atomicAdd(&sum[1], high);
  }
}
