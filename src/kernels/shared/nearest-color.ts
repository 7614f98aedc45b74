import { squaredDistance } from './color.js'
import { type CellFlags, candidateAt, colorCell, opaqueAlpha } from './color-cell.js'
import { FULL } from './quantizer-state.js'

export interface ColorSearch {
  cellBits: number
  centroidCount: number
  centroids: Uint32Array
  candidates: Uint32Array
  candidateCounts: Uint32Array
  flags: CellFlags
}

/** What `nearestCentroid` found. One object, reused: a search per colour must not allocate. */
export interface Nearest {
  index: number
  distance: number
}

/**
 * The twin of shaders/shared/nearest-color.wgsl: the nearest centroid among the cell's candidates, lowest index first; for
 * an opaque colour an opaque one, if there is any.
 */
export function nearestCentroid(coordinates: Uint32Array, search: ColorSearch, nearest: Nearest): void {
  const { candidates, centroids } = search
  const cell = colorCell(coordinates, search.cellBits, search.flags)
  const listed = search.candidateCounts[cell]
  const full = listed === FULL
  const count = full ? search.centroidCount : listed
  nearest.index = 0
  nearest.distance = 0xffffffff
  const end = opaqueAlpha(search.flags)
  const opaque = search.flags.ALPHA && coordinates[3] === end
  let translucent = opaque
  for (let i = 0; i < count; i++) {
    const k = full ? i : candidates[candidateAt(cell, i, search.cellBits, search.flags)]
    const distance = squaredDistance(coordinates, 0, centroids, 4 * k)
    const other = opaque && centroids[4 * k + 3] < end
    if (other === translucent ? distance < nearest.distance : translucent) {
      nearest.index = k
      nearest.distance = distance
      translucent = other
    }
  }
}
