import { type CellFlags, opaqueAlpha } from './color-cell.js'
import { NEUTRAL, OKLAB_UNITS } from './oklab.js'

/** The maximum coordinates: those of Oklab's a and b fill 14 bits. */
const OKLAB_MOST = [OKLAB_UNITS, 0x3fff, 0x3fff]

/**
 * A coordinate of an opaque entry for `count` colours of premultiplied coordinates: the mean of their straight colours,
 * weighted by alpha, which for opaque colours is the plain mean. `sum` is over the coordinate, `alphas` over alpha;
 * both are below 2⁴⁷, and `alphas` is not 0. `opaque` is the alpha of opaque colours. The twin of straightMean in
 * average-colors.wgsl.
 */
export function straightMean(
  axis: number,
  sum: number,
  alphas: number,
  count: number,
  flags: CellFlags,
  opaque = opaqueAlpha(flags),
): number {
  if (alphas === count * opaque) return roundedMean(sum, count)
  const neutral = BigInt(flags.OKLAB ? NEUTRAL[axis] : 0)
  const wide = BigInt(alphas)
  const straight = BigInt(sum) * BigInt(opaque) + neutral * (wide - BigInt(count) * BigInt(opaque))
  if (straight < 0n) return 0
  return Math.min(Number((2n * straight + wide) / (2n * wide)), flags.OKLAB ? OKLAB_MOST[axis] : opaque)
}

/** The mean of whole numbers, rounded half up. */
export function roundedMean(sum: number, count: number): number {
  return Math.floor((2 * sum + count) / (2 * count))
}
