import { spaceCoordinates } from './color-space.js'
import { type ColorSearch, type Nearest, nearestCentroid } from './nearest-color.js'

/** The twin of shaders/shared/dither.wgsl, over one palette. Changes and errors have four channels, r, g, b, a. */
export class Ditherer {
  readonly #search: ColorSearch
  readonly #palette: Uint32Array
  readonly #alpha: boolean
  readonly #coordinates = new Uint32Array(4)
  readonly #nearest: Nearest = { index: 0, distance: 0 }

  constructor(search: ColorSearch, palette: Uint32Array) {
    this.#search = search
    this.#palette = palette
    this.#alpha = search.flags.ALPHA
  }

  /** The colour moved by the change and clamped. Neither transparent nor opaque pixels change their alpha. */
  changeColor(color: number, r: number, g: number, b: number, a: number): number {
    if (!this.#alpha) {
      const changed = clamp((color & 0xff) + r) | (clamp(((color >>> 8) & 0xff) + g) << 8)
      return (changed | (clamp(((color >>> 16) & 0xff) + b) << 16) | (color & 0xff000000)) >>> 0
    }
    const alpha = color >>> 24
    if (alpha === 0) return color
    const moved = alpha === 255 ? 255 : Math.max(1, clamp(alpha + a))
    const straight = (c: number, change: number) =>
      clamp(Math.floor((c * alpha + 255 * change + (moved >>> 1)) / moved))
    const changed = straight(color & 0xff, r) | (straight((color >>> 8) & 0xff, g) << 8)
    return (changed | (straight((color >>> 16) & 0xff, b) << 16) | (moved << 24)) >>> 0
  }

  /** wanted − given, rounded to bytes, into `out` from `at` on. A transparent pixel misses nothing. */
  colorError(wanted: number, given: number, out: Int32Array, at: number): void {
    const [alpha, givenAlpha] = this.#alpha ? [wanted >>> 24, given >>> 24] : [1, 1]
    if (alpha === 0) {
      out.fill(0, at, at + 4)
      return
    }
    for (let channel = 0; channel < 3; channel++) {
      const shift = 8 * channel
      const difference = ((wanted >>> shift) & 0xff) * alpha - ((given >>> shift) & 0xff) * givenAlpha
      out[at + channel] = this.#alpha ? Math.floor((difference + 127) / 255) : difference
    }
    out[at + 3] = alpha - givenAlpha
  }

  /** The entry nearest to a pixel's changed colour, or to its own where that would make an opaque pixel translucent. */
  nearestEntry(pixel: number, changed: number): number {
    const entry = this.#nearestTo(changed)
    const translucent = this.#alpha && pixel >= 0xff000000 && this.#palette[entry] < 0xff000000
    return translucent ? this.#nearestTo(pixel) : entry
  }

  #nearestTo(color: number): number {
    spaceCoordinates(color, this.#search.flags, this.#coordinates)
    nearestCentroid(this.#coordinates, this.#search, this.#nearest)
    return this.#nearest.index
  }
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value
}
