// Writes the place in the palette of each distinct colour's entry where the colour was counted, so that a pixel finds it.
// One thread, one colour.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let i = invocationIndex(invocation);
  if (i < parameters.colorCount) {
    slotLabels[slots[i]] = ranks[labels[i]];
  }
}
