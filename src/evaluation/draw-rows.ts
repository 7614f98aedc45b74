import { randomBits } from '../kernels/shared/random.js'

/** Different rows, each with the same probability (R. A. Fisher and F. Yates's shuffle, as far as it is needed). */
export function drawRows(rows: number, count: number, seed: number): Uint32Array<ArrayBuffer> {
  const moved = new Map<number, number>()
  const drawn = new Uint32Array(count)
  for (let at = 0; at < count; at++) {
    const other = at + Math.floor((randomBits(seed, at, 0) / 2 ** 32) * (rows - at))
    drawn[at] = moved.get(other) ?? other
    moved.set(other, moved.get(at) ?? at)
  }
  return drawn
}
