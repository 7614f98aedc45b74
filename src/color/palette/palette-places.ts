import { spaceCoordinates } from '../../kernels/color/space/color-space.js'

/** The place of an entry without pixels. */
export const NO_PLACE = 0xffffffff
/** Squared distance from which on a colour takes an unused place rather than that of another colour. */
const FOREIGN = 3 * 32 ** 2

/**
 * The palette of a sequence of frames: as many places as colours were requested. A colour keeps its place, and with it
 * its index, from frame to frame; a place that a frame does not use keeps its colour.
 */
export class PalettePlaces {
  /** rgba8 of each place; 0 if it was never used. */
  readonly palette: Uint32Array<ArrayBuffer>
  readonly #centroids: Uint32Array
  readonly #used: Uint8Array
  /** Whether the centroid of each place is that of colours with alpha. */
  readonly #alpha: Uint8Array

  constructor(count: number) {
    this.palette = new Uint32Array(count)
    this.#centroids = new Uint32Array(4 * count)
    this.#used = new Uint8Array(count)
    this.#alpha = new Uint8Array(count)
  }

  get empty(): boolean {
    return !this.#used.includes(1)
  }

  /** The places in use, ascending, and their centroids, four coordinates each, for frames of these flags. */
  active(flags: { ALPHA: boolean; OKLAB: boolean }) {
    const { palette } = this
    const fits = (place: number) => flags.ALPHA || palette[place] >= 0xff000000
    const places = Uint32Array.from(palette.keys()).filter((place) => this.#used[place] && fits(place))
    const centroids = new Uint32Array(4 * places.length)
    for (const [i, place] of places.entries()) {
      const known = this.#centroids.subarray(4 * place, 4 * place + 4)
      if (this.#alpha[place] === Number(flags.ALPHA)) centroids.set(known, 4 * i)
      else spaceCoordinates(palette[place], flags, centroids.subarray(4 * i, 4 * i + 4))
    }
    return { places, centroids }
  }

  /** Writes entries to their places; those without a place are left out. */
  put(places: Uint32Array, palette: Uint32Array, centroids: Uint32Array, alpha: boolean): void {
    for (const [entry, place] of places.entries()) {
      if (place === NO_PLACE) continue
      this.palette[place] = palette[entry]
      this.#centroids.set(centroids.subarray(4 * entry, 4 * entry + 4), 4 * place)
      this.#used[place] = 1
      this.#alpha[place] = Number(alpha)
    }
  }

  /**
   * Assigns distinct places to new entries: first that of the same colour; then, for the entries with the most pixels
   * first, the nearest free place, or an unused one if none is near. Entries without pixels get none. Entry `pinned`,
   * unless -1, has place 0.
   */
  match(palette: Uint32Array, populations: Uint32Array, pinned: number): Uint32Array<ArrayBuffer> {
    const places = new Uint32Array(palette.length).fill(NO_PLACE)
    const free = new Set(this.palette.keys())
    const take = (entry: number, place: number) => {
      places[entry] = place
      free.delete(place)
    }
    if (pinned >= 0) take(pinned, 0)
    const same = new Map<number, number>()
    for (const place of free) if (this.#used[place]) same.set(this.palette[place], place)
    const wanting = Array.from(palette.keys()).filter((entry) => populations[entry] > 0 && places[entry] === NO_PLACE)
    for (const entry of wanting) {
      const place = same.get(palette[entry])
      if (place !== undefined && free.has(place)) take(entry, place)
    }
    const rest = wanting.filter((entry) => places[entry] === NO_PLACE)
    rest.sort((a, b) => populations[b] - populations[a] || a - b)
    for (const entry of rest) take(entry, this.#nearest(palette[entry], free))
    return places
  }

  #nearest(color: number, free: ReadonlySet<number>): number {
    let best = -1
    let bestDistance = Infinity
    for (const place of free) {
      const distance = this.#used[place] ? squaredDistance(color, this.palette[place]) : FOREIGN
      if (distance < bestDistance) {
        bestDistance = distance
        best = place
      }
    }
    return best
  }
}

function squaredDistance(a: number, b: number): number {
  let sum = 0
  for (let shift = 0; shift < 32; shift += 8) sum += (((a >>> shift) & 0xff) - ((b >>> shift) & 0xff)) ** 2
  return sum
}
