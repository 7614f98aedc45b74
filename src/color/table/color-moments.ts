/** Exact moments of a coarse histogram of the colour cube, as the kernel color-moments leaves them. */
export interface ColorMoments {
  /** n, Σx, Σy, Σz, Σw, Σ(x²+y²+z²+w²) of each cell, each as two 32-bit words, low first. */
  words: Uint32Array
  /**
   * The cube has 2^bits cells along every axis; the last axis varies fastest, and its last cells contain the opaque
   * colours.
   */
  bits: number
  /** 3 coordinates, or 4 (three premultiplied ones, and alpha). */
  axes: 3 | 4
  /** Exponent of the unit of coordinates: they are summed in multiples of 2^shift. */
  shift: number
  /** The last coordinate of opaque colours, if there are four. */
  opaque: number
  /** Whether the coordinates are Oklab's. */
  OKLAB: boolean
}

/** Distinct colours as coordinates in multiples of 2^shift, `axes` per colour, and their weights. */
export interface ColorSamples {
  values: Uint16Array
  weights: Uint32Array
  /** Bits of a value along each axis. */
  axisBits: readonly number[]
}
