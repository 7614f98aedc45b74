// Copies of 4 vectors side by side, of which SIMD loads all values of one depth at once.

/** Writes the transpose of the 4 × 4 values at `from`, whose rows are `fromBytes` apart, to rows `toBytes` apart. */
function transpose(from: usize, fromBytes: usize, to: usize, toBytes: usize): void {
  const from2 = from + (fromBytes << 1)
  const r0 = v128.load(from)
  const r1 = v128.load(from + fromBytes)
  const r2 = v128.load(from2)
  const r3 = v128.load(from2 + fromBytes)
  const low01 = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5)
  const low23 = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5)
  const high01 = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7)
  const high23 = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7)
  const to2 = to + (toBytes << 1)
  v128.store(to, v128.shuffle<i64>(low01, low23, 0, 2))
  v128.store(to + toBytes, v128.shuffle<i64>(low01, low23, 1, 3))
  v128.store(to2, v128.shuffle<i64>(high01, high23, 0, 2))
  v128.store(to2 + toBytes, v128.shuffle<i64>(high01, high23, 1, 3))
}

/** Writes a value `depth` times, every `toBytes` bytes. */
export function repeat(value: f32, to: usize, toBytes: usize, depth: u32): void {
  for (const end = to + depth * toBytes; to < end; to += toBytes) store<f32>(to, value)
}

/**
 * Copies 4 vectors of `depth` values, of which there are `count` and the others zeros: the values at a depth together, every
 * `toBytes` bytes. At `from`, vectors are `vectorBytes` and their values `stepBytes` apart.
 */
export function packVectors(
  from: usize,
  vectorBytes: usize,
  stepBytes: usize,
  count: u32,
  to: usize,
  toBytes: usize,
  depth: u32,
): void {
  if (count >= 4 && vectorBytes === 4) {
    for (const end = to + depth * toBytes; to < end; to += toBytes) {
      v128.store(to, v128.load(from))
      from += stepBytes
    }
    return
  }
  if (count >= 4 && stepBytes === 4) {
    for (; depth >= 4; depth -= 4) {
      transpose(from, vectorBytes, to, toBytes)
      from += 16
      to += toBytes << 2
    }
  }
  for (let i: u32 = 0; i < 4; i++) {
    if (i < count) {
      let value = from
      for (let at = to; at < to + depth * toBytes; at += toBytes) {
        store<f32>(at, load<f32>(value))
        value += stepBytes
      }
      from += vectorBytes
    } else repeat(0, to, toBytes, depth)
    to += 4
  }
}
