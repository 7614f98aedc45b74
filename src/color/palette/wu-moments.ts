/** Half-open ranges of cells (low, high] along each axis, in cumulative coordinates 0…2^bits. */
export interface Box {
  low: number[]
  high: number[]
  /** Sum of squared deviations from the mean; 0 when the box cannot be cut. */
  variance: number
  /** The numbers of its colours, where it is a part of what lies in one cell. */
  samples?: readonly number[]
}

/** What a seed is made of. */
export interface BoxSums {
  /** n and the sum of each channel. */
  sums: number[]
  /** There are colours with alpha, and one in the box is opaque. */
  opaque: boolean
}

/** Σ(channel sums)² / n: what a box's mean explains. */
export function explained(sums: readonly number[]): number {
  let squares = 0
  for (let m = 1; m < sums.length; m++) squares += sums[m] * sums[m]
  return squares / sums[0]
}
