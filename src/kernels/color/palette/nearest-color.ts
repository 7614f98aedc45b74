import { squaredLength } from '../space/color.js'
import { type CellFlags, colorCell, countCells, opaqueAlpha } from '../space/color-cell.js'
import { FULL } from './quantizer-state.js'

export interface ColorSearch {
  cellBits: number
  centroidCount: number
  centroids: Uint32Array
  candidates: Uint32Array
  candidateCounts: Uint32Array
  flags: CellFlags
}

/** The result of `nearestCentroid`, a single object that is reused, since a search per colour must not allocate. */
export interface Nearest {
  index: number
  distance: number
}

/**
 * The twin of shaders/color/palette/nearest-color.wgsl: the nearest centroid among the cell's candidates, the lowest
 * index among equals; for an opaque colour an opaque one, if there is any.
 */
export function nearestCentroid(coordinates: Uint32Array, search: ColorSearch, nearest: Nearest): void {
  const { candidates, centroids, flags, cellBits } = search
  const cell = colorCell(coordinates, cellBits, flags)
  const listed = search.candidateCounts[cell]
  const full = listed === FULL
  const count = full ? search.centroidCount : listed
  const [x, y, z, w] = [coordinates[0], coordinates[1], coordinates[2], coordinates[3]]
  const cells = countCells(cellBits, flags)
  const end = opaqueAlpha(flags)
  const opaque = flags.ALPHA && w === end
  let translucent = opaque
  let index = 0
  let least = 0xffffffff
  for (let i = 0; i < count; i++) {
    const k = full ? i : candidates[cell + i * cells]
    const at = 4 * k
    const alpha = centroids[at + 3]
    const distance = squaredLength(x - centroids[at], y - centroids[at + 1], z - centroids[at + 2], w - alpha)
    const other = opaque && alpha < end
    if (other === translucent ? distance < least : translucent) {
      index = k
      least = distance
      translucent = other
    }
  }
  nearest.index = index
  nearest.distance = least
}
