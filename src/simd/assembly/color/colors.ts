import { clearLists, listOf, nearestOf } from './color-lists'
import { cellOf, NONE, pointOf } from './color-space'

/** Bytes of a cluster's sums: the count, four 64-bit sums, and the number of opaque colours. */
const SUM_BYTES: usize = 40

/** Adds `weight` times the colour to a cluster's sums. */
function moveColor(sum: usize, c: v128, weight: u32, direction: i32, opaque: u32, alpha: bool): void {
  const signed = <i64>direction * weight
  store<u32>(sum, load<u32>(sum) + <u32>signed)
  store<i64>(sum, load<i64>(sum, 4) + signed * i32x4.extract_lane(c, 0), 4)
  store<i64>(sum, load<i64>(sum, 12) + signed * i32x4.extract_lane(c, 1), 12)
  store<i64>(sum, load<i64>(sum, 20) + signed * i32x4.extract_lane(c, 2), 20)
  if (!alpha) return
  store<i64>(sum, load<i64>(sum, 28) + signed * i32x4.extract_lane(c, 3), 28)
  if (<u32>i32x4.extract_lane(c, 3) === opaque) store<u32>(sum, load<u32>(sum, 36) + direction, 36)
}

/**
 * Slices `first` to `end` − 1 of `sliceCount` of the colours `firstColor` to `endColor` − 1: each has its own sums of the
 * colours that moved, behind a word with their number. `scratch` has `listBytes`.
 */
export function assignSlices(
  scratch: usize,
  first: u32,
  end: u32,
  sliceCount: u32,
  firstColor: u32,
  endColor: u32,
  points: usize,
  centroids: usize,
  lists: usize,
  counts: usize,
  weights: usize,
  labels: usize,
  sums: usize,
  bits: u32,
  centroidCount: u32,
  opaque: u32,
  narrow: u32,
  alpha: bool,
  packed: bool,
  listBytes: u32,
): void {
  const cells: u32 = 1 << ((alpha ? 4 : 3) * bits)
  const sliceBytes = SUM_BYTES * centroidCount + 4
  clearLists(scratch, cells, listBytes)
  for (let slice = first; slice < end; slice++) {
    const own = sums + sliceBytes * slice
    memory.fill(own, 0, sliceBytes)
    let changes: u32 = 0
    const stop = sliceStart(firstColor, endColor, slice + 1, sliceCount)
    for (let i = sliceStart(firstColor, endColor, slice, sliceCount); i < stop; i++) {
      const c = pointOf(points, i, packed, alpha)
      const list = listOf(scratch, cellOf(c, bits, narrow, alpha), cells, lists, counts, centroids, centroidCount)
      const label = <u32>nearestOf(list, c, alpha, opaque)
      const at = labels + ((<usize>i) << 2)
      const old = load<u32>(at)
      if (old === label) continue
      store<u32>(at, label)
      changes++
      const weight = load<u32>(weights + ((<usize>i) << 2))
      moveColor(own + 4 + SUM_BYTES * label, c, weight, 1, opaque, alpha)
      if (old !== NONE) moveColor(own + 4 + SUM_BYTES * old, c, weight, -1, opaque, alpha)
    }
    store<u32>(own, changes)
  }
}

/** The first item of a slice, which is the end of the one before. */
export function sliceStart(first: u32, end: u32, slice: u32, sliceCount: u32): u32 {
  return first + <u32>((<u64>(end - first) * slice) / sliceCount)
}

/** Adds the sums of all slices to those of the clusters; returns the number of colours that moved. */
export function addSums(slices: usize, sliceCount: u32, sums: usize, centroidCount: u32): u32 {
  let changes: u32 = 0
  for (let slice: u32 = 0; slice < sliceCount; slice++) {
    changes += load<u32>(slices)
    slices += 4
    const end = slices + SUM_BYTES * centroidCount
    for (let sum = sums; slices < end; sum += SUM_BYTES) {
      store<u32>(sum, load<u32>(sum) + load<u32>(slices))
      for (let at: usize = 4; at < 36; at += 8) store<u64>(sum + at, load<u64>(sum + at) + load<u64>(slices + at))
      store<u32>(sum, load<u32>(sum, 36) + load<u32>(slices, 36), 36)
      slices += SUM_BYTES
    }
  }
  return changes
}

/**
 * Slices as in `assignSlices`: each writes the labels of its colours, and has the squared error and then the entries' numbers
 * of pixels.
 */
export function mapSlices(
  scratch: usize,
  first: u32,
  end: u32,
  sliceCount: u32,
  firstColor: u32,
  endColor: u32,
  points: usize,
  centroids: usize,
  lists: usize,
  counts: usize,
  pixelCounts: usize,
  labels: usize,
  sums: usize,
  bits: u32,
  centroidCount: u32,
  opaque: u32,
  narrow: u32,
  alpha: bool,
  packed: bool,
  listBytes: u32,
): void {
  const cells: u32 = 1 << ((alpha ? 4 : 3) * bits)
  const sliceBytes = ((<usize>centroidCount) << 2) + 8
  clearLists(scratch, cells, listBytes)
  for (let slice = first; slice < end; slice++) {
    const own = sums + sliceBytes * slice
    memory.fill(own, 0, sliceBytes)
    let error: u64 = 0
    const stop = sliceStart(firstColor, endColor, slice + 1, sliceCount)
    for (let i = sliceStart(firstColor, endColor, slice, sliceCount); i < stop; i++) {
      const c = pointOf(points, i, packed, alpha)
      const list = listOf(scratch, cellOf(c, bits, narrow, alpha), cells, lists, counts, centroids, centroidCount)
      const nearest = nearestOf(list, c, alpha, opaque)
      const label = <u32>nearest
      store<u32>(labels + ((<usize>i) << 2), label)
      const count = load<u32>(pixelCounts + ((<usize>i) << 2))
      const population = own + 8 + ((<usize>label) << 2)
      store<u32>(population, load<u32>(population) + count)
      error += <u64>count * (nearest >> 32)
    }
    store<u64>(own, error)
  }
}

/** Adds the errors and numbers of all slices to `error`, of 64 bits, and `populations`. */
export function addPopulations(
  slices: usize,
  sliceCount: u32,
  populations: usize,
  error: usize,
  entryCount: u32,
): void {
  for (let slice: u32 = 0; slice < sliceCount; slice++) {
    store<u64>(error, load<u64>(error) + load<u64>(slices))
    slices += 8
    for (let at = populations; at < populations + ((<usize>entryCount) << 2); at += 4) {
      store<u32>(at, load<u32>(at) + load<u32>(slices))
      slices += 4
    }
  }
}
