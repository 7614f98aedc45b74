import { cellOf, NONE, squaredLength } from './color-space'

/** The coordinates of a colour: two words of 16-bit halves if `packed`, otherwise an 8-bit colour. */
function coordinatesOf(points: usize, i: u32, packed: bool, alpha: bool): v128 {
  if (packed) return i32x4.extend_low_i16x8_u(v128.load64_splat(points + ((<usize>i) << 3)))
  const color = load<u32>(points + ((<usize>i) << 2))
  const bytes = i32x4(color & 0xff, (color >> 8) & 0xff, (color >> 16) & 0xff, 0)
  if (!alpha) return i32x4.shl(bytes, 7)
  const a = color >> 24
  const r = (256 * a * (color & 0xff) + 255) / 510
  const g = (256 * a * ((color >> 8) & 0xff) + 255) / 510
  const b = (256 * a * ((color >> 16) & 0xff) + 255) / 510
  return i32x4(r, g, b, 128 * a)
}

/** The nearest centroids of colours `first` to `end` − 1 by the lists of their cells: 8 bytes each, index and distance. */
export function nearestColors(
  _scratch: usize,
  first: u32,
  end: u32,
  points: usize,
  centroids: usize,
  lists: usize,
  counts: usize,
  nearest: usize,
  bits: u32,
  centroidCount: u32,
  opaque: u32,
  narrow: u32,
  alpha: bool,
  packed: bool,
): void {
  const axes: u32 = alpha ? 4 : 3
  const listBytes = (<usize>4) << (axes * bits)
  for (let i = first; i < end; i++) {
    const c = coordinatesOf(points, i, packed, alpha)
    const cell: usize = cellOf(c, bits, narrow, alpha)
    const length = load<u32>(counts + (cell << 2))
    const full = length === NONE
    const isOpaque = alpha && <u32>i32x4.extract_lane(c, 3) === opaque
    let list = lists + (cell << 2)
    let translucent = isOpaque
    let index: u32 = 0
    let least = NONE
    for (let at: u32 = 0, count = full ? centroidCount : length; at < count; at++) {
      const k = full ? at : load<u32>(list)
      if (!full) list += listBytes
      const centroid = v128.load(centroids + ((<usize>k) << 4))
      const distance = squaredLength(i32x4.sub(c, centroid))
      const other = isOpaque && <u32>i32x4.extract_lane(centroid, 3) < opaque
      if (other === translucent ? distance < least : translucent) {
        index = k
        least = distance
        translucent = other
      }
    }
    store<u32>(nearest + ((<usize>i) << 3), index)
    store<u32>(nearest + ((<usize>i) << 3), least, 4)
  }
}

/** Adds `weight` times the colour to a cluster's sums, of SUM_WORDS words. */
function moveColor(sum: usize, c: v128, weight: u32, direction: i32, opaque: u32, alpha: bool): void {
  const signed = <i64>direction * weight
  store<u32>(sum, load<u32>(sum) + <u32>signed)
  if (alpha && <u32>i32x4.extract_lane(c, 3) === opaque) store<u32>(sum, load<u32>(sum, 36) + direction, 36)
  store<i64>(sum, load<i64>(sum, 4) + signed * i32x4.extract_lane(c, 0), 4)
  store<i64>(sum, load<i64>(sum, 12) + signed * i32x4.extract_lane(c, 1), 12)
  store<i64>(sum, load<i64>(sum, 20) + signed * i32x4.extract_lane(c, 2), 20)
  if (alpha) store<i64>(sum, load<i64>(sum, 28) + signed * i32x4.extract_lane(c, 3), 28)
}

/** Moves colours whose nearest centroid is another one between the sums; returns their number. */
export function moveColors(
  nearest: usize,
  first: u32,
  end: u32,
  points: usize,
  weights: usize,
  labels: usize,
  sums: usize,
  opaque: u32,
  alpha: bool,
  packed: bool,
): u32 {
  let changes: u32 = 0
  for (let i = first; i < end; i++) {
    const label = load<u32>(nearest + ((<usize>i) << 3))
    const at = labels + ((<usize>i) << 2)
    const old = load<u32>(at)
    if (old === label) continue
    store<u32>(at, label)
    changes++
    const c = coordinatesOf(points, i, packed, alpha)
    const weight = load<u32>(weights + ((<usize>i) << 2))
    moveColor(sums + <usize>label * 40, c, weight, 1, opaque, alpha)
    if (old !== NONE) moveColor(sums + <usize>old * 40, c, weight, -1, opaque, alpha)
  }
  return changes
}

/** Keeps the nearest entries as labels, counts their pixels and adds the squared errors to the 64-bit `error`. */
export function countEntries(
  nearest: usize,
  first: u32,
  end: u32,
  counts: usize,
  labels: usize,
  populations: usize,
  error: usize,
): void {
  for (let i = first; i < end; i++) {
    const label = load<u32>(nearest + ((<usize>i) << 3))
    const count = load<u32>(counts + ((<usize>i) << 2))
    store<u32>(labels + ((<usize>i) << 2), label)
    const at = populations + ((<usize>label) << 2)
    store<u32>(at, load<u32>(at) + count)
    store<u64>(error, load<u64>(error) + <u64>count * load<u32>(nearest + ((<usize>i) << 3), 4))
  }
}
