/**
 * Places of bins along L, a and b, from 0 on, in units of 1/31875: 0.2 of L apart, and 0.078 of a and b, so that grey is in
 * the middle of bins.
 */
const SPACING = [6375, 2500, 2500] as const
const PLACES = [6, 8, 8] as const
export const HISTOGRAM_BINS = 384

/** Parts of the way between two places: a pixel has PARTS³ shares, so that sums are whole numbers below 2⁵³. */
const PARTS = 16

/**
 * A histogram of colours in Oklab with 6 × 8 × 8 bins. A colour counts for the eight bins around it, for each the more the
 * nearer it is, so that a slight change of colour changes the histogram slightly (a fuzzy histogram: J. Han and K.-K. Ma,
 * IEEE Trans. Image Processing 11(8), 2002). All sums are whole numbers: the same in any order.
 */
export class ColorHistogram {
  readonly counts = new Float64Array(HISTOGRAM_BINS)

  /** Adds a colour, L, a and b in Oklab as integers, `weight` times. */
  add(coordinates: ArrayLike<number>, weight: number): void {
    let first = 0
    const shares = [0, 0, 0]
    for (let axis = 0; axis < 3; axis++) {
      const parts = Math.round((PARTS * coordinates[axis]) / SPACING[axis])
      const place = Math.min(PLACES[axis] - 2, Math.floor(parts / PARTS))
      shares[axis] = parts - PARTS * place
      first = first * PLACES[axis] + place
    }
    for (let corner = 0; corner < 8; corner++) {
      const [l, a, b] = [corner >> 2, (corner >> 1) & 1, corner & 1]
      const share = shareOf(shares[0], l) * shareOf(shares[1], a) * shareOf(shares[2], b)
      this.counts[first + (l * PLACES[1] + a) * PLACES[2] + b] += share * weight
    }
  }

  /**
   * Square roots of half the shares of all bins: the Euclidean distance of two such vectors is the Hellinger distance of
   * the histograms, from 0 for equal ones to 1 for those without a common colour.
   */
  coordinates(): Float32Array {
    let sum = 0
    for (let bin = 0; bin < HISTOGRAM_BINS; bin++) sum += this.counts[bin]
    const coordinates = new Float32Array(HISTOGRAM_BINS)
    for (let bin = 0; bin < HISTOGRAM_BINS; bin++) coordinates[bin] = Math.sqrt(this.counts[bin] / (2 * sum))
    return coordinates
  }
}

const shareOf = (parts: number, upper: number) => (upper === 1 ? parts : PARTS - parts)
