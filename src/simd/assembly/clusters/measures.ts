// Distances as they are compared: squares of Euclidean ones, or sums of absolute differences.

/**
 * Copies `count` groups of `width` vectors, whose columns are `columnBytes` apart: the columns every `toColumnBytes`, the groups
 * every `toBytes` bytes.
 */
export function copyGroups(
  from: usize,
  columnBytes: usize,
  count: u32,
  width: u32,
  to: usize,
  toColumnBytes: usize,
  toBytes: usize,
): void {
  for (; width > 0; width--) {
    let at = to
    for (let group = from; group < from + ((<usize>count) << 4); group += 16) {
      v128.store(at, v128.load(group))
      at += toBytes
    }
    from += columnBytes
    to += toColumnBytes
  }
}

/** What a coordinate adds to the measure: absolute differences if T has one byte, else their squares. */
export function term<T>(x: v128, y: v128): v128 {
  const difference = f32x4.sub(x, y)
  return sizeof<T>() === 1 ? f32x4.abs(difference) : f32x4.mul(difference, difference)
}

/**
 * The measures of the distances of a panel's 8 points to groups of 4 rows, at `to` as 8 numbers for each row. `packed` has a column
 * of 4 rows after the other, group after group.
 */
export function measuresTo<T>(panel: usize, panelEnd: usize, packed: usize, packedEnd: usize, to: usize): void {
  while (packed < packedEnd) {
    let a0 = f32x4.splat(0)
    let a1 = a0
    let a2 = a0
    let a3 = a0
    let b0 = a0
    let b1 = a0
    let b2 = a0
    let b3 = a0
    for (let x = panel; x < panelEnd; x += 32) {
      const xa = v128.load(x)
      const xb = v128.load(x, 16)
      let y = v128.load32_splat(packed)
      a0 = f32x4.add(a0, term<T>(xa, y))
      b0 = f32x4.add(b0, term<T>(xb, y))
      y = v128.load32_splat(packed, 4)
      a1 = f32x4.add(a1, term<T>(xa, y))
      b1 = f32x4.add(b1, term<T>(xb, y))
      y = v128.load32_splat(packed, 8)
      a2 = f32x4.add(a2, term<T>(xa, y))
      b2 = f32x4.add(b2, term<T>(xb, y))
      y = v128.load32_splat(packed, 12)
      a3 = f32x4.add(a3, term<T>(xa, y))
      b3 = f32x4.add(b3, term<T>(xb, y))
      packed += 16
    }
    v128.store(to, a0)
    v128.store(to, b0, 16)
    v128.store(to, a1, 32)
    v128.store(to, b1, 48)
    v128.store(to, a2, 64)
    v128.store(to, b2, 80)
    v128.store(to, a3, 96)
    v128.store(to, b3, 112)
    to += 128
  }
}
