// Finds the distinct colours: those of opaque images in a bitmap, others in a hash table, where their pixels are
// counted as well. One thread takes ITEMS neighbouring pixels and adds a run of equal ones with a single atomic, since
// flat areas would otherwise make every thread wait for one word. The first thread that finds a colour counts it for
// its block of slots, so that no pass over all slots is needed to find the used ones (it took 1 s on SwiftShader).

//#if ${ALPHA}
// The slot of a colour, taken if it is new; NO_SLOT if the table is too full.
fn takeSlot(color: u32) -> u32 {
  let key = color ^ 1u;
  var slot = hashColor(color) & parameters.slotMask;
  var probes = 0u;
  while (probes < MAX_PROBES) {
    let held = atomicLoad(&keys[slot]);
    if (held == key) {
      return slot;
    }
    if (held == 0u) {
      let taken = atomicCompareExchangeWeak(&keys[slot], 0u, key);
      if (taken.exchanged || taken.old_value == key) {
        return slot;
      }
      if (taken.old_value == 0u) {
        continue; // a weak exchange may fail for no reason
      }
    }
    slot = (slot + 1u) & parameters.slotMask;
    probes += 1u;
  }
  return NO_SLOT;
}

fn addRun(color: u32, length: u32) {
  let slot = takeSlot(color);
  if (slot == NO_SLOT) {
    atomicStore(&state[STATE_OVERFLOW], 1u);
  } else if (atomicAdd(&slotCounts[slot], length) == 0u) {
    atomicAdd(&blockOffsets[slot / BLOCK_SLOTS], 1u);
    if (color >= 0xff000000u) {
      atomicStore(&state[STATE_OPAQUE], 1u);
    }
  }
}
//#else
fn addRun(color: u32, length: u32) {
  let slot = directSlot(color);
  let word = 2u * (slot >> 5u);
  let bit = 1u << (slot & 31u);
  if ((atomicLoad(&keys[word]) & bit) == 0u && (atomicOr(&keys[word], bit) & bit) == 0u) {
    atomicAdd(&blockOffsets[slot / BLOCK_SLOTS], 1u);
  }
}
//#endif

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let first = invocationIndex(invocation) * ITEMS;
  if (first >= parameters.pixelCount) {
    return;
  }
  let end = min(first + ITEMS, parameters.pixelCount);
  var color = canonicalColor(pixels[first]);
  var length = 1u;
  for (var i = first + 1u; i < end; i++) {
    let next = canonicalColor(pixels[i]);
    if (next != color) {
      addRun(color, length);
      color = next;
      length = 0u;
    }
    length += 1u;
  }
  addRun(color, length);
}
