// The label of a pixel's colour, by the slot that it was counted in. Needs shared/color-slot.wgsl, `keys`, `slotLabels`
// and the parameter slotMask.

fn slotLabel(pixel: u32) -> u32 {
  let color = canonicalColor(pixel);
//#if ${ALPHA}
  let key = color ^ 1u;
  var slot = hashColor(color) & parameters.slotMask;
  // Every colour was counted, so its key is met; the bound only keeps a defect from becoming a hang.
  for (var probes = 0u; probes < MAX_PROBES && keys[slot] != key; probes++) {
    slot = (slot + 1u) & parameters.slotMask;
  }
  return slotLabels[slot];
//#else
  return slotLabels[directSlot(color)];
//#endif
}
