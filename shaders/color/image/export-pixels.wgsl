// Copies the entries of neighbouring pixels, packed four 8-bit or (WIDE) two 16-bit to a word, to rows for a texture,
// each `rowWords` long (a multiple of 256 bytes). A pixel gets its entry's value: 8 bits of it, 16 (WIDE_ROWS) or 32
// (COLORS). One thread writes one word.

//#if ${COLORS}
const PER_WORD = 1u;
//#elif ${WIDE_ROWS}
const PER_WORD = 2u;
//#else
const PER_WORD = 4u;
//#endif

fn pixelValue(pixel: u32) -> u32 {
//#if ${WIDE}
  return values[(indices[pixel / 2u] >> (16u * (pixel & 1u))) & 0xffffu];
//#else
  return values[(indices[pixel / 4u] >> (8u * (pixel & 3u))) & 0xffu];
//#endif
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let word = invocationIndex(invocation);
  let x = word % parameters.rowWords * PER_WORD;
  if (word >= parameters.wordCount || x >= parameters.width) {
    return;
  }
  let first = word / parameters.rowWords * parameters.width + x;
  var packed = 0u;
  for (var i = 0u; i < min(PER_WORD, parameters.width - x); i++) {
    packed |= pixelValue(first + i) << (i * 32u / PER_WORD);
  }
  rows[word] = packed;
}
