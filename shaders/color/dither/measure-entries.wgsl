// After dithering: counts the pixels of each entry, computes the exact squared error over all pixels as a 64-bit
// integer (units of 1/128²), and packs the entries, four 8-bit or (WIDE) two 16-bit to a word. One thread takes WORDS
// words.

//#if ${WIDE}
const PER_WORD = 2u;
//#else
const PER_WORD = 4u;
//#endif

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let firstWord = invocationIndex(invocation) * WORDS;
  if (firstWord >= parameters.wordCount) {
    return;
  }
  var error = vec2<u32>();
  var run = entries[firstWord * PER_WORD];
  var population = 0u;
  for (var word = firstWord; word < min(firstWord + WORDS, parameters.wordCount); word++) {
    let first = word * PER_WORD;
    var packed = 0u;
    for (var i = 0u; i < min(PER_WORD, parameters.pixelCount - first); i++) {
      let entry = entries[first + i];
      let coordinates = colorCoordinates(canonicalColor(pixels[first + i]));
      error = addU64(error, vec2<u32>(squaredDistance(coordinates, centroids[entry]), 0u));
      packed |= entry << (i * (32u / PER_WORD));
      // Neighbours that share an entry are added at once.
      if (entry != run) {
        atomicAdd(&populations[run], population);
        run = entry;
        population = 0u;
      }
      population += 1u;
    }
    indices[word] = packed;
  }
  atomicAdd(&populations[run], population);
  let before = atomicAdd(&squaredError[0], error.x);
  let high = error.y + select(0u, 1u, before + error.x < before);
  if (high != 0u) {
    atomicAdd(&squaredError[1], high);
  }
}
