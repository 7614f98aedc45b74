// Where a colour is counted. Opaque: slot r·65536 + g·256 + b of 2²⁴. With alpha: a slot of an open-addressing hash
// table with linear probing; keys hold colour ^ 1, so that 0 is free (colour 1, transparent red 1, is never canonical).
// Needs `parameters.slotMask` and, with alpha, `keys`.

const MAX_PROBES = 4096u;
const NO_SLOT = 0xffffffffu;

fn hashColor(color: u32) -> u32 {
  // The finaliser of MurmurHash3 (A. Appleby, public domain): every input bit reaches every output bit.
  var h = color;
  h = (h ^ (h >> 16u)) * 0x85ebca6bu;
  h = (h ^ (h >> 13u)) * 0xc2b2ae35u;
  return h ^ (h >> 16u);
}

fn directSlot(color: u32) -> u32 {
  return ((color & 0xffu) << 16u) | (color & 0xff00u) | ((color >> 16u) & 0xffu);
}
