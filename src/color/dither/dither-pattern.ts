import { LEVELS } from '../../kernels/color/dither/mix-entries.js'
import blueNoise from './blue-noise.txt?raw'

/** A square of thresholds, row by row, each a level from 0 to LEVELS − 1. */
export interface DitherPattern {
  size: number
  thresholds: Uint32Array<ArrayBuffer>
}

const BLUE_NOISE_SIZE = 64
const BAYER_BITS = 3
/** The characters that stand for levels in the texture. */
export const LEVEL_DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+-'

export function ditherPattern(dither: 'blue-noise' | 'ordered'): DitherPattern {
  if (dither === 'blue-noise') {
    const thresholds = Uint32Array.from(blueNoise.replaceAll('\n', ''), (digit) => LEVEL_DIGITS.indexOf(digit))
    return { size: BLUE_NOISE_SIZE, thresholds }
  }
  const size = 2 ** BAYER_BITS
  return { size, thresholds: toLevels(bayer(BAYER_BITS)) }
}

/** Converts ranks 0 … count − 1 to levels, each equally frequent. */
export function toLevels(ranks: Uint32Array): Uint32Array<ArrayBuffer> {
  return Uint32Array.from(ranks, (rank) => Math.floor((rank * LEVELS) / ranks.length))
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
