// Writes the distinct colours densely, in the order of the slots (for opaque images: ascending r, g, b), with the
// positions of their labels. With alpha these are the colours' slots, and their pixel counts are copied too; opaque
// colours have ranks, which are written beside the words of the bitmap. One thread writes its block's colours from the
// block's offset on; most blocks are empty.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let block = invocationIndex(invocation);
  if (block >= parameters.blockCount) {
    return;
  }
  var index = blockOffsets[block];
  let last = blockOffsets[block + 1u];
//#if ${ALPHA}
  for (var i = block * BLOCK_SLOTS; index < last; i++) {
    let count = slotCounts[i];
    if (count == 0u) {
      continue;
    }
    colors[index] = keys[i] ^ 1u;
    counts[index] = count;
    slots[index] = i;
    index += 1u;
  }
//#else
  for (var first = block * BLOCK_SLOTS; index < last; first += 32u) {
    var bits = keys[first / 16u];
    keys[first / 16u + 1u] = index;
    while (bits != 0u) {
      let i = first + firstTrailingBit(bits);
      bits &= bits - 1u;
      colors[index] = ((i >> 16u) & 0xffu) | (i & 0xff00u) | ((i & 0xffu) << 16u) | 0xff000000u;
      slots[index] = index;
      index += 1u;
    }
  }
//#endif
}
