import type { Matrix } from '../../types.js'
import type { ColorSpace } from '../table/color-space.js'

/**
 * The entries in use: translucent ones first (so that a PNG's tRNS ends early), then by brightness, then by value;
 * preceded by the first `kept`, used or not. `rank` maps an entry's index to its place.
 */
export function paletteOrder(palette: Uint32Array, populations: ArrayLike<number>, kept = 0) {
  const keys = Array.from(palette, (color) => {
    const [r, g, b, a] = [color & 0xff, (color >>> 8) & 0xff, (color >>> 16) & 0xff, color >>> 24]
    return { a, luma: 299 * r + 587 * g + 114 * b, rgb: (r << 16) | (g << 8) | b }
  })
  const numbers = Array.from(palette.keys())
  const used = numbers
    .slice(kept)
    .filter((k) => populations[k] > 0)
    .sort((i, j) => keys[i].a - keys[j].a || keys[i].luma - keys[j].luma || keys[i].rgb - keys[j].rgb)
  const order = [...numbers.slice(0, kept), ...used]
  const rank = new Uint32Array(palette.length)
  for (const [place, k] of order.entries()) rank[k] = place
  return { order, rank }
}

/** The indices of all entries, used or not, in the order of a palette; the first of those with the same bytes. */
export function distinctEntries(palette: Uint32Array): Uint32Array<ArrayBuffer> {
  const { order } = paletteOrder(palette, new Uint32Array(palette.length).fill(1))
  return Uint32Array.from(order.filter((k, place) => place === 0 || palette[k] !== palette[order[place - 1]]))
}

/** Palette bytes and unrounded centroids, in the units of the space, in the given order. */
export function orderedEntries(
  palette: Uint32Array,
  coordinates: Uint32Array,
  order: readonly number[],
  alpha: boolean,
  { origin, units }: ColorSpace,
): { palette: Uint8Array; colors: number; centroids: Matrix } {
  const bytes = new Uint32Array(order.length)
  const columns = alpha ? 4 : 3
  const data = new Float32Array(order.length * columns)
  for (const [place, k] of order.entries()) {
    bytes[place] = palette[k]
    for (let column = 0; column < columns; column++) {
      data[place * columns + column] = (coordinates[4 * k + column] - origin[column]) / units
    }
  }
  return {
    palette: new Uint8Array(bytes.buffer),
    colors: order.length,
    centroids: { data, rows: order.length, columns },
  }
}
