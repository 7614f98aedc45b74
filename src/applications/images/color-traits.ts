import { OKLAB_UNITS } from '../../kernels/color/space/oklab.js'
import { COLOR_TERMS, colorTerm } from './color-terms.js'

/** Columns that describe an image: figures that a person can check by looking at it. */
export const imageTraits = (): string[] => [
  'lightness',
  'contrast',
  'colourfulness',
  ...COLOR_TERMS.map((term) => `share of ${term}`),
]

/** Lightness is summed in units of 1/996, so that sums of squares over 2³¹ opaque pixels are exact in any order. */
const LIGHTNESS_SHIFT = 5
/** 100 · 2⁵ */
const PER_CENT = 3200

/** What describes the colours of an image, gathered colour by colour. */
export class ColorTraits {
  #weight = 0
  readonly #terms = new Float64Array(COLOR_TERMS.length)
  /** Sums and sums of squares of L, of R − G and of R + G − 2 B. */
  readonly #sums = new Float64Array(6)

  /** Adds an RGBA colour, red in the low byte, and its integer coordinates in Oklab, `weight` times. */
  add(color: number, coordinates: ArrayLike<number>, weight: number): void {
    const [r, g, b] = [color & 0xff, (color >>> 8) & 0xff, (color >>> 16) & 0xff]
    this.#weight += weight
    this.#terms[COLOR_TERMS.indexOf(colorTerm(coordinates))] += weight
    this.#count(0, coordinates[0] >>> LIGHTNESS_SHIFT, weight)
    this.#count(2, r - g, weight)
    this.#count(4, r + g - 2 * b, weight)
  }

  #count(at: number, value: number, weight: number): void {
    this.#sums[at] += value * weight
    this.#sums[at + 1] += value * value * weight
  }

  /**
   * A value for each of `imageTraits()`: mean and standard deviation of Oklab's lightness, from 0 for black to 100 for white;
   * colourfulness (D. Hasler and S. Süsstrunk, "Measuring colourfulness in natural images", 2003), of which 15 is slight,
   * 33 moderate and 59 much; and the shares of basic colour terms in per cent.
   */
  values(): Float64Array {
    const [lightness, contrast] = this.#moments(0)
    const [redness, redSpread] = this.#moments(2)
    const [yellowness, yellowSpread] = this.#moments(4)
    const spread = Math.sqrt(redSpread * redSpread + (yellowSpread * yellowSpread) / 4)
    const mean = Math.sqrt(redness * redness + (yellowness * yellowness) / 4)
    return Float64Array.of(
      (lightness * PER_CENT) / OKLAB_UNITS,
      (contrast * PER_CENT) / OKLAB_UNITS,
      spread + 0.3 * mean,
      ...this.#terms.map((count) => (100 * count) / this.#weight),
    )
  }

  /** Mean and population standard deviation. */
  #moments(at: number): [number, number] {
    const mean = this.#sums[at] / this.#weight
    return [mean, Math.sqrt(Math.max(0, this.#sums[at + 1] / this.#weight - mean * mean))]
  }
}
