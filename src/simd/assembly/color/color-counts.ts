import { directSlot, directSlots, labelOf, rankOf } from './color-table'

/** The number of opaque colours in the bitmap. */
export function countMarked(keys: usize, slots: u32): u32 {
  let colors: u32 = 0
  for (let word = keys; word < keys + ((<usize>(slots >> 5)) << 3); word += 8) colors += popcnt(load<u32>(word))
  return colors
}

/**
 * Slices `first` to `end` − 1 of `sliceCount` of the pixels: each counts those of every opaque colour by its rank in sums of
 * its own, `colorCount` words.
 */
export function countSlices(
  _: usize,
  first: u32,
  end: u32,
  sliceCount: u32,
  pixels: usize,
  pixelCount: u32,
  keys: usize,
  sums: usize,
  colorCount: u32,
): void {
  for (let slice = first; slice < end; slice++) {
    const own = sums + ((<usize>slice * colorCount) << 2)
    memory.fill(own, 0, (<usize>colorCount) << 2)
    const begin = <u32>((<u64>pixelCount * slice) / sliceCount)
    countRanks(pixels + ((<usize>begin) << 2), <u32>((<u64>pixelCount * (slice + 1)) / sliceCount) - begin, keys, own)
  }
}

/** Adds pixels to the counts of their opaque colours. */
export function countRanks(pixels: usize, count: u32, keys: usize, counts: usize): void {
  const end = pixels + ((<usize>count) << 2)
  for (; pixels + 16 <= end; pixels += 16) {
    const slots = directSlots(pixels)
    addOne(counts, rankOf(i32x4.extract_lane(slots, 0), keys))
    addOne(counts, rankOf(i32x4.extract_lane(slots, 1), keys))
    addOne(counts, rankOf(i32x4.extract_lane(slots, 2), keys))
    addOne(counts, rankOf(i32x4.extract_lane(slots, 3), keys))
  }
  for (; pixels < end; pixels += 4) addOne(counts, rankOf(directSlot(load<u32>(pixels)), keys))
}

function addOne(counts: usize, index: u32): void {
  const at = counts + ((<usize>index) << 2)
  store<u32>(at, load<u32>(at) + 1)
}

/** Adds words `first` to `end` − 1 of each of the arrays of `length` words to those at `to`. */
export function addArrays(_: usize, first: u32, end: u32, arrays: usize, count: u32, length: u32, to: usize): void {
  for (let array: u32 = 0; array < count; array++) {
    const from = arrays + ((<usize>array * length) << 2)
    for (let i = first; i < end; i++) {
      const at = (<usize>i) << 2
      store<u32>(to + at, load<u32>(to + at) + load<u32>(from + at))
    }
  }
}

/** Adds the importance of pixels to the weights of their colours. */
export function weighPixels(
  pixels: usize,
  count: u32,
  keys: usize,
  labels: usize,
  importance: usize,
  weights: usize,
  mask: u32,
  alpha: bool,
): void {
  for (let at: usize = 0; at < (<usize>count) << 2; at += 4) {
    const weight = weights + ((<usize>labelOf(load<u32>(pixels + at), keys, labels, mask, alpha)) << 2)
    store<u32>(weight, load<u32>(weight) + load<u32>(importance + at))
  }
}
