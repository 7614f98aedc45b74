// The label of a pixel's colour, by the slot that it was counted in or by its number. Needs shared/color-slot.wgsl, `keys`,
// `slotLabels` and the parameter slotMask.

//#if ${ALPHA}
//#else
// The rank of an opaque colour among those of the image, ascending.
fn rankOf(color: u32) -> u32 {
  let slot = directSlot(color);
  let word = 2u * (slot >> 5u);
  return keys[word + 1u] + countOneBits(keys[word] & ((1u << (slot & 31u)) - 1u));
}
//#endif

fn slotLabel(pixel: u32) -> u32 {
  let color = canonicalColor(pixel);
//#if ${ALPHA}
  let key = color ^ 1u;
  var slot = hashColor(color) & parameters.slotMask;
  // Every colour was counted, so its key is found; the bound only prevents a defect from causing a hang.
  for (var probes = 0u; probes < MAX_PROBES && keys[slot] != key; probes++) {
    slot = (slot + 1u) & parameters.slotMask;
  }
  return slotLabels[slot];
//#else
  return slotLabels[rankOf(color)];
//#endif
}
