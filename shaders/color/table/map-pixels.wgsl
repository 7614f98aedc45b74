// The label of every pixel, four 8-bit or (WIDE) two 16-bit labels to a word. One thread writes one word.

//#if ${WIDE}
const PER_WORD = 2u;
//#else
const PER_WORD = 4u;
//#endif

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let word = invocationIndex(invocation);
  let first = word * PER_WORD;
  if (word >= parameters.wordCount) {
    return;
  }
  var packed = 0u;
  for (var i = 0u; i < min(PER_WORD, parameters.pixelCount - first); i++) {
    let label = slotLabel(pixels[first + i]);
    packed |= label << (i * (32u / PER_WORD));
  }
  indices[word] = packed;
}
