// Writes the palette place of each distinct colour's entry to the slot where the colour was counted, so that its pixels
// find it. One thread takes one colour.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let i = invocationIndex(invocation);
  if (i < parameters.colorCount) {
    slotLabels[slots[i]] = ranks[labels[i]];
  }
}
