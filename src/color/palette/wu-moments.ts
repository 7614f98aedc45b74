/** Exact moments of a coarse histogram of the colour cube, as the kernel color-moments leaves them. */
export interface ColorMoments {
  /** Per cell n, Σx, Σy, Σz, Σw, Σ(x²+y²+z²+w²), each as two 32-bit words, low first. */
  words: Uint32Array
  /** The cube has 2^bits cells along every axis; the last axis varies fastest, and its last cells have what is opaque. */
  bits: number
  /** 3 coordinates, or 4 (three premultiplied ones, and alpha). */
  axes: 3 | 4
  /** What is summed are coordinates in multiples of 2^shift. */
  shift: number
  /** The last coordinate of opaque colours, where there are four. */
  opaque: number
  /** The coordinates are Oklab's. */
  OKLAB: boolean
}

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
