// After dithering: the exact squared error over all pixels in the space of `points`, as a 64-bit integer, between each
// pixel's colour, whose number its slot holds, and its entry. One thread takes ITEMS pixels,
// WORKGROUP_SIZE apart.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let first = workgroupIndex(invocation) * WORKGROUP_SIZE * ITEMS + invocation.local;
  if (first >= parameters.pixelCount) {
    return;
  }
  var error = vec2<u32>();
  for (var i = first; i < min(first + WORKGROUP_SIZE * ITEMS, parameters.pixelCount); i += WORKGROUP_SIZE) {
    let distance = squaredDistance(loadPoint(slotLabel(pixels[i])), centroids[entries[i]]);
    error = addU64(error, vec2<u32>(distance, 0u));
  }
  let before = atomicAdd(&squaredError[0], error.x);
  let high = error.y + select(0u, 1u, before + error.x < before);
  if (high != 0u) {
    atomicAdd(&squaredError[1], high);
  }
}
