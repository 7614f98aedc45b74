import { PICKS } from '../kernels/mix-entries.js'
import blueNoise from './blue-noise.txt?raw'

/** A square of thresholds, row by row, each the number of a pick. */
export interface DitherPattern {
  size: number
  thresholds: Uint32Array<ArrayBuffer>
}

const BLUE_NOISE_SIZE = 64
const BAYER_BITS = 3

export function ditherPattern(dither: 'blue-noise' | 'ordered'): DitherPattern {
  if (dither === 'blue-noise') {
    return { size: BLUE_NOISE_SIZE, thresholds: Uint32Array.from(blueNoise.replaceAll('\n', ''), Number) }
  }
  const size = 2 ** BAYER_BITS
  return { size, thresholds: toPicks(bayer(BAYER_BITS)) }
}

/** Ranks 0 … count − 1 as numbers of picks, each as often. */
export function toPicks(ranks: Uint32Array): Uint32Array<ArrayBuffer> {
  return Uint32Array.from(ranks, (rank) => Math.floor((rank * PICKS) / ranks.length))
}

/** Bayer's matrix of 2^bits rows: ranks by the interleaved bits of x ⊕ y and y, reversed (B. E. Bayer, ICC 1973). */
function bayer(bits: number): Uint32Array {
  const size = 2 ** bits
  return Uint32Array.from({ length: size * size }, (_, i) => {
    const [x, y] = [i % size, Math.floor(i / size)]
    let rank = 0
    for (let bit = 0; bit < bits; bit++) rank = 4 * rank + 2 * (((x ^ y) >> bit) & 1) + ((y >> bit) & 1)
    return rank
  })
}
