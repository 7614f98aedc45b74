// The table of an image's colours: a bitmap of the opaque ones, each word of which is followed by its rank, or a hash table
// of colours with alpha, whose slots hold their colours with the lowest bit changed.

/** Slots of a block, of which one word has the number or the offset of colours. */
const BLOCK_SLOTS: u32 = 256
const MAX_PROBES: u32 = 4096
const NO_SLOT: u32 = u32.MAX_VALUE

/** The slots of four opaque pixels: the bytes r, g, b as a number. */
export function directSlots(pixels: usize): v128 {
  const zero = i32x4.splat(0)
  return i8x16.shuffle(v128.load(pixels), zero, 2, 1, 0, 16, 6, 5, 4, 16, 10, 9, 8, 16, 14, 13, 12, 16)
}

export function directSlot(pixel: u32): u32 {
  return ((pixel & 0xff) << 16) | (pixel & 0xff00) | ((pixel >> 16) & 0xff)
}

function hashColor(color: u32): u32 {
  let h = color
  h = (h ^ (h >> 16)) * 0x85ebca6b
  h = (h ^ (h >> 13)) * 0xc2b2ae35
  return h ^ (h >> 16)
}

/** The slot that holds a pixel's colour, or the free one where it belongs; NO_SLOT if the table is too full. */
function hashedSlot(pixel: u32, keys: usize, mask: u32): u32 {
  const color = pixel < 0x01000000 ? 0 : pixel
  const key = color ^ 1
  let slot = hashColor(color) & mask
  for (let probes: u32 = 0; probes < MAX_PROBES; probes++) {
    const held = load<u32>(keys + ((<usize>slot) << 2))
    if (held === key || held === 0) return slot
    slot = (slot + 1) & mask
  }
  return NO_SLOT
}

/** The rank of an opaque colour, by its slot. */
export function rankOf(slot: u32, keys: usize): u32 {
  const word = load<u64>(keys + ((<usize>(slot >> 5)) << 3))
  return <u32>(word >> 32) + popcnt(<u32>word & ((1 << (slot & 31)) - 1))
}

/** Adds an opaque pixel to the bitmap, and a new colour to the number of its block. */
function markPixel(slot: u32, keys: usize, blocks: usize): void {
  const word = keys + ((<usize>(slot >> 5)) << 3)
  const held = load<u32>(word)
  const bit: u32 = 1 << (slot & 31)
  if (held & bit) return
  store<u32>(word, held | bit)
  const block = blocks + ((<usize>(slot / BLOCK_SLOTS)) << 2)
  store<u32>(block, load<u32>(block) + 1)
}

/** Adds opaque pixels to the bitmap, and new colours to the numbers of their blocks. */
export function markPixels(pixels: usize, count: u32, keys: usize, blocks: usize): void {
  const end = pixels + ((<usize>count) << 2)
  for (; pixels + 16 <= end; pixels += 16) {
    const slots = directSlots(pixels)
    markPixel(i32x4.extract_lane(slots, 0), keys, blocks)
    markPixel(i32x4.extract_lane(slots, 1), keys, blocks)
    markPixel(i32x4.extract_lane(slots, 2), keys, blocks)
    markPixel(i32x4.extract_lane(slots, 3), keys, blocks)
  }
  for (; pixels < end; pixels += 4) markPixel(directSlot(load<u32>(pixels)), keys, blocks)
}

/**
 * Adds pixels with alpha to the hash table, and new colours to the numbers of their blocks; returns 1 if there was an opaque
 * new one, plus 2 if the table was too full.
 */
export function hashPixels(pixels: usize, count: u32, keys: usize, mask: u32, counts: usize, blocks: usize): u32 {
  let kinds: u32 = 0
  for (let at = pixels; at < pixels + ((<usize>count) << 2); at += 4) {
    const pixel = load<u32>(at)
    const slot = hashedSlot(pixel, keys, mask)
    if (slot === NO_SLOT) {
      kinds |= 2
      continue
    }
    const place = (<usize>slot) << 2
    const counted = load<u32>(counts + place)
    store<u32>(counts + place, counted + 1)
    if (counted > 0) continue
    store<u32>(keys + place, (pixel < 0x01000000 ? 0 : pixel) ^ 1)
    const block = blocks + ((<usize>(slot / BLOCK_SLOTS)) << 2)
    store<u32>(block, load<u32>(block) + 1)
    if (pixel >= 0xff000000) kinds |= 1
  }
  return kinds
}

/** Lists the colours of blocks `first` to `end` − 1 of the bitmap, and writes the ranks. */
export function listMarked(
  _: usize,
  first: u32,
  end: u32,
  keys: usize,
  offsets: usize,
  colors: usize,
  slots: usize,
): void {
  for (let block = first; block < end; block++) {
    let index = load<u32>(offsets + ((<usize>block) << 2))
    const last = load<u32>(offsets + ((<usize>block) << 2), 4)
    for (let slot = block * BLOCK_SLOTS; index < last; slot += 32) {
      const word = keys + ((<usize>(slot >> 5)) << 3)
      store<u32>(word, index, 4)
      for (let bits = load<u32>(word); bits !== 0; bits &= bits - 1) {
        const at = (<usize>index) << 2
        store<u32>(colors + at, directSlot(slot + ctz(bits)) | 0xff000000)
        store<u32>(slots + at, index)
        index++
      }
    }
  }
}

/** Lists the colours of blocks `first` to `end` − 1 of the hash table with their numbers of pixels. */
export function listHashed(
  _: usize,
  first: u32,
  end: u32,
  keys: usize,
  offsets: usize,
  colors: usize,
  slots: usize,
  slotCounts: usize,
  counts: usize,
): void {
  for (let block = first; block < end; block++) {
    let index = load<u32>(offsets + ((<usize>block) << 2))
    const last = load<u32>(offsets + ((<usize>block) << 2), 4)
    for (let slot = block * BLOCK_SLOTS; index < last; slot++) {
      const count = load<u32>(slotCounts + ((<usize>slot) << 2))
      if (count === 0) continue
      const at = (<usize>index) << 2
      store<u32>(colors + at, load<u32>(keys + ((<usize>slot) << 2)) ^ 1)
      store<u32>(counts + at, count)
      store<u32>(slots + at, slot)
      index++
    }
  }
}

/** The label of a pixel's colour. */
export function labelOf(pixel: u32, keys: usize, labels: usize, mask: u32, alpha: bool): u32 {
  const place = alpha ? hashedSlot(pixel, keys, mask) : rankOf(directSlot(pixel), keys)
  return load<u32>(labels + ((<usize>place) << 2))
}

/** Writes the labels of pixels `first` to `end` − 1, of 16 bits if `wide`, otherwise of 8. */
export function labelPixels(
  _: usize,
  first: u32,
  end: u32,
  pixels: usize,
  keys: usize,
  labels: usize,
  indices: usize,
  mask: u32,
  alpha: bool,
  wide: bool,
): void {
  let i = first
  for (; !alpha && !wide && i + 4 <= end; i += 4) {
    const slots = directSlots(pixels + ((<usize>i) << 2))
    let four = load<u32>(labels + ((<usize>rankOf(i32x4.extract_lane(slots, 0), keys)) << 2)) & 0xff
    four |= (load<u32>(labels + ((<usize>rankOf(i32x4.extract_lane(slots, 1), keys)) << 2)) & 0xff) << 8
    four |= (load<u32>(labels + ((<usize>rankOf(i32x4.extract_lane(slots, 2), keys)) << 2)) & 0xff) << 16
    four |= load<u32>(labels + ((<usize>rankOf(i32x4.extract_lane(slots, 3), keys)) << 2)) << 24
    store<u32>(indices + i, four)
  }
  for (; i < end; i++) {
    const label = labelOf(load<u32>(pixels + ((<usize>i) << 2)), keys, labels, mask, alpha)
    if (wide) store<u16>(indices + ((<usize>i) << 1), label)
    else store<u8>(indices + i, label)
  }
}

/** Writes the ranks of the labels of colours `first` to `end` − 1 to their slots. */
export function labelSlots(
  _: usize,
  first: u32,
  end: u32,
  slots: usize,
  labels: usize,
  ranks: usize,
  slotLabels: usize,
): void {
  for (let i = first; i < end; i++) {
    const at = (<usize>i) << 2
    const rank = load<u32>(ranks + ((<usize>load<u32>(labels + at)) << 2))
    store<u32>(slotLabels + ((<usize>load<u32>(slots + at)) << 2), rank)
  }
}
