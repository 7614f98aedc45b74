import { type ColorSearch, type Nearest, nearestCentroid } from '../palette/nearest-color.js'
import { spaceCoordinates } from '../space/color-space.js'

/** The twin of shaders/color/dither/dither.wgsl. Changes and errors have four channels, r, g, b, a. */
export class Ditherer {
  readonly #search: ColorSearch
  readonly #alpha: boolean
  readonly #coordinates = new Uint32Array(4)
  readonly #error = new Int32Array(4)
  readonly #nearest: Nearest = { index: 0, distance: 0 }

  constructor(search: ColorSearch) {
    this.#search = search
    this.#alpha = search.flags.ALPHA
  }

  /**
   * The colour plus the change, clamped. Neither transparent nor opaque pixels change their alpha, and no other pixel
   * becomes so.
   */
  changeColor(color: number, change: Int32Array): number {
    const [r, g, b] = [color & 0xff, (color >>> 8) & 0xff, (color >>> 16) & 0xff]
    const alpha = color >>> 24
    if (!this.#alpha) return rgba(clamp(r + change[0]), clamp(g + change[1]), clamp(b + change[2]), alpha)
    if (alpha === 0) return color
    const moved = alpha === 255 ? 255 : Math.min(Math.max(1, alpha + change[3]), 254)
    const half = moved >>> 1
    return rgba(
      clamp(Math.floor((r * alpha + 255 * change[0] + half) / moved)),
      clamp(Math.floor((g * alpha + 255 * change[1] + half) / moved)),
      clamp(Math.floor((b * alpha + 255 * change[2] + half) / moved)),
      moved,
    )
  }

  /** Writes wanted − given, rounded to bytes, to `out` from `at` on. A transparent pixel has no error. */
  colorError(wanted: number, given: number, out: Int32Array, at: number): void {
    const [alpha, givenAlpha] = [wanted >>> 24, given >>> 24]
    for (let channel = 0; channel < 3; channel++) {
      const shift = 8 * channel
      const [w, g] = [(wanted >>> shift) & 0xff, (given >>> shift) & 0xff]
      out[at + channel] = this.#alpha ? Math.floor((w * alpha - g * givenAlpha + 127) / 255) : w - g
    }
    out[at + 3] = alpha - givenAlpha
    if (this.#alpha && alpha === 0) out.fill(0, at, at + 4)
  }

  /** The one of `entries`[0…last] nearest to the colour in premultiplied bytes, the last among equals. */
  nearestOf(wanted: number, entries: Uint32Array, last: number, palette: Uint32Array): number {
    let best = 0
    let least = Infinity
    for (let n = last; n >= 0; n--) {
      this.colorError(wanted, palette[entries[n]], this.#error, 0)
      const [r, g, b, a] = this.#error
      const distance = r * r + g * g + b * b + a * a
      if (distance < least) [best, least] = [entries[n], distance]
    }
    return best
  }

  nearestEntry(color: number): number {
    spaceCoordinates(color, this.#search.flags, this.#coordinates)
    nearestCentroid(this.#coordinates, this.#search, this.#nearest)
    return this.#nearest.index
  }
}

function rgba(r: number, g: number, b: number, a: number): number {
  return (r | (g << 8) | (b << 16) | (a << 24)) >>> 0
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value
}
