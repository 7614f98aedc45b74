// Sums the weights of each distinct colour's pixels; a pixel finds its colour's index in the slot where it was counted.
// COUNTED gives every pixel the weight 1, and an opaque colour's index is its rank. One thread takes ITEMS neighbouring
// pixels and adds a run of one colour at once.

fn numberOf(pixel: u32) -> u32 {
//#if ${COUNTED}
  return rankOf(pixel);
//#else
  return slotLabel(pixel);
//#endif
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let first = invocationIndex(invocation) * ITEMS;
  if (first >= parameters.pixelCount) {
    return;
  }
  var color = numberOf(pixels[first]);
  var weight = 0u;
  for (var i = first; i < min(first + ITEMS, parameters.pixelCount); i++) {
    let next = numberOf(pixels[i]);
    if (next != color) {
      atomicAdd(&weights[color], weight);
      color = next;
      weight = 0u;
    }
//#if ${COUNTED}
    weight += 1u;
//#else
    weight += importance[i];
//#endif
  }
  atomicAdd(&weights[color], weight);
}
