// The place by which a colour is found again. Opaque: bit r·65536 + g·256 + b of a bitmap; `keys` hold each word of it
// and, beside it, the number of the first colour in it, so that a colour's number is that and the bits before its own
// (a rank directory: G. Jacobson, FOCS 1989): 4 MiB, instead of 64 for one count per colour. With alpha: a slot of an
// open-addressing hash table with linear probing; keys hold colour ^ 1, so that 0 is free (colour 1, transparent red 1,
// is never canonical). Needs `keys` and, with alpha, `parameters.slotMask`.

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
