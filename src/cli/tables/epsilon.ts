import { LloydError } from 'lloyd'
import { formatCount, formatQuantity } from '../numbers.js'

/** Share of the distances that float32 rounds away, so that smaller differences say nothing. */
const ROUNDING = 1e-5
/** Least depth of a knee below the chord, as a share of the curve's height. */
const LEAST_DEPTH = 1e-3

/**
 * Number of the point of an ascending curve that lies farthest below the chord of its ends, which is its knee (V. Satopää,
 * J. Albrecht, D. Irwin and B. Raghavan, "Finding a 'Kneedle' in a haystack", ICDCSW 2011); null for a curve that is
 * level, straight or bends the other way.
 */
export function findKnee(curve: Float64Array): number | null {
  const last = curve.length - 1
  const rise = curve[last] - curve[0]
  if (!(rise > ROUNDING * curve[last])) return null
  let knee: number | null = null
  let deepest = LEAST_DEPTH
  for (let at = 1; at < last; at++) {
    const depth = at / last - (curve[at] - curve[0]) / rise
    if (depth <= deepest) continue
    deepest = depth
    knee = at
  }
  return knee
}

/** Multiples of the median of the distances beyond which a row is far from all others. */
const FAR = 20

/** Number of the rows that are not far from all others, by their ascending distances to their k-th nearest. */
export function countNear(distances: Float64Array): number {
  const positive = distances.findIndex((distance) => distance > 0)
  if (positive < 0) return distances.length
  const median = distances[(positive + distances.length - 1) >> 1]
  const far = distances.findIndex((distance) => distance > FAR * median)
  return far < 0 ? distances.length : far
}

/**
 * The epsilon at the knee of the ascending distances of rows to their `minPoints`-th nearest (Ester et al., KDD 1996,
 * §4.2). Rows at distance 0 are core points whatever epsilon is, so the curve begins above it; and it ends below rows
 * that are far from all others, of which a few would draw the chord up and the knee to themselves. What else was tried is
 * in docs/measurements.md.
 */
export function chooseEpsilon(path: string, distances: Float64Array, minPoints: number): number {
  const positive = distances.findIndex((distance) => distance > 0)
  const first = positive < 0 ? distances.length : positive
  const curve = distances.subarray(first)
  const knee = findKnee(distances.subarray(first, countNear(distances))) ?? findKnee(curve)
  if (knee !== null) return curve[knee]
  const why =
    curve.length === 0 || curve[curve.length - 1] === curve[0]
      ? `all are ${curve[0] ?? 0}${curve.length < distances.length && curve.length > 0 ? ' or 0' : ''}`
      : `they rise from ${curve[0]} to ${curve[curve.length - 1]} without a bend`
  throw new LloydError(
    'InputError',
    `the distances of the rows of ${path} to their k-th nearest, k = ${minPoints}, have no knee: ${why}; give --epsilon a distance`,
  )
}

/** Throws an `InputError` where no row has as many rows around it as the curve of distances asks for. */
export function requireNeighbors(path: string, rows: number, minPoints: number, what: string): void {
  if (minPoints <= rows) return
  throw new LloydError(
    'InputError',
    `${what} needs at least --min-points rows, ${formatCount(minPoints)}, but ${path} has ${formatQuantity(rows, 'row')} to cluster; give --epsilon a distance, or a smaller --min-points`,
  )
}
