/** Half-open ranges of cells (low, high] along each axis, in cumulative coordinates 0…2^bits. */
export interface Box {
  low: number[]
  high: number[]
  /** Sum of squared deviations from the mean; 0 when the box cannot be cut. */
  variance: number
  /** Indices of its colours, if it is a part of a single cell. */
  samples?: readonly number[]
}

/** The sums from which a seed is computed. */
export interface BoxSums {
  /** The count and the sum of each channel. */
  sums: number[]
  /** Whether there are colours with alpha, and one in the box is opaque. */
  opaque: boolean
}

/** Σ(channel sums)² / n: the part that a box's mean explains. */
export function explained(sums: readonly number[]): number {
  let squares = 0
  for (let m = 1; m < sums.length; m++) squares += sums[m] * sums[m]
  return squares / sums[0]
}
