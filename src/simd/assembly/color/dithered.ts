// What is measured of dithered pixels.

import { pointOf, squaredLength, srgbOf } from './color-space'
import { labelOf } from './color-table'
import { sliceStart } from './colors'

/**
 * Slices `first` to `end` − 1 of `sliceCount` of the pixels: each writes their entries, of 16 bits if `wide`, otherwise of 8,
 * and has the squared error and then the numbers of pixels of all entries that there can be.
 */
export function packSlices(
  _: usize,
  first: u32,
  end: u32,
  sliceCount: u32,
  pixelCount: u32,
  pixels: usize,
  centroids: usize,
  entries: usize,
  indices: usize,
  sums: usize,
  alpha: bool,
  wide: bool,
): void {
  const sliceBytes: usize = wide ? 0x40008 : 0x408
  for (let slice = first; slice < end; slice++) {
    const own = sums + sliceBytes * slice
    memory.fill(own, 0, sliceBytes)
    let error: u64 = 0
    const stop = sliceStart(0, pixelCount, slice + 1, sliceCount)
    for (let i = sliceStart(0, pixelCount, slice, sliceCount); i < stop; i++) {
      const at = (<usize>i) << 2
      const entry = load<u32>(entries + at)
      const pixel = load<u32>(pixels + at)
      const c = srgbOf(alpha && pixel < 0x01000000 ? 0 : pixel, alpha)
      error += squaredLength(i32x4.sub(c, v128.load(centroids + ((<usize>entry) << 4))))
      const population = own + 8 + ((<usize>entry) << 2)
      store<u32>(population, load<u32>(population) + 1)
      if (wide) store<u16>(indices + ((<usize>i) << 1), entry)
      else store<u8>(indices + i, entry)
    }
    store<u64>(own, error)
  }
}

/** Adds the errors and numbers of all slices to `error`, of 64 bits, and `populations`, which ends with the last entry used. */
export function addPacked(slices: usize, sliceCount: u32, populations: usize, error: usize, wide: bool): void {
  const entryCount: u32 = wide ? 0x10000 : 0x100
  for (let slice: u32 = 0; slice < sliceCount; slice++) {
    store<u64>(error, load<u64>(error) + load<u64>(slices))
    slices += 8
    for (let entry: u32 = 0; entry < entryCount; entry++) {
      const count = load<u32>(slices)
      const at = populations + ((<usize>entry) << 2)
      if (count) store<u32>(at, load<u32>(at) + count)
      slices += 4
    }
  }
}

/** Sums the squared distances between the points of pixels and their entries, of each block of pixels. */
export function measurePixelBlocks(
  _: usize,
  first: u32,
  end: u32,
  blockPixels: u32,
  pixelCount: u32,
  pixels: usize,
  keys: usize,
  labels: usize,
  points: usize,
  centroids: usize,
  entries: usize,
  sums: usize,
  mask: u32,
  alpha: bool,
  packed: bool,
): void {
  for (let block = first; block < end; block++) {
    let sum: u64 = 0
    for (let i = block * blockPixels; i < min((block + 1) * blockPixels, pixelCount); i++) {
      const at = (<usize>i) << 2
      const c = pointOf(points, labelOf(load<u32>(pixels + at), keys, labels, mask, alpha), packed, alpha)
      sum += squaredLength(i32x4.sub(c, v128.load(centroids + ((<usize>load<u32>(entries + at)) << 4))))
    }
    store<u64>(sums + ((<usize>block) << 3), sum)
  }
}

/** Picks entries of the mixes of pixels `first` to `end` − 1, whose places are from `position` on, by a square pattern. */
export function pickPixels(
  _: usize,
  first: u32,
  end: u32,
  pixels: usize,
  keys: usize,
  labels: usize,
  mixes: usize,
  thresholds: usize,
  entries: usize,
  position: u32,
  width: u32,
  patternSize: u32,
  mask: u32,
  alpha: bool,
  direct: bool,
): void {
  let x = (position + first) % width
  let y = (position + first) / width
  for (let i = first; i < end; i++) {
    const at = (<usize>i) << 2
    const level = load<u32>(thresholds + ((<usize>((y % patternSize) * patternSize + (x % patternSize))) << 2))
    const mix = mixes + 24 * <usize>(direct ? i : labelOf(load<u32>(pixels + at), keys, labels, mask, alpha))
    let pick: usize = 0
    while (<u32>load<u8>(mix + pick, 16) <= level) pick++
    store<u32>(entries + at, <u32>load<u16>(mix + 2 * pick))
    if (++x === width) {
      x = 0
      y++
    }
  }
}
