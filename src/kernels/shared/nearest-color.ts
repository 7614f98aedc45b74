import { squaredDistance } from './color.js'
import { type CellFlags, colorCell } from './color-cell.js'
import { FULL } from './quantizer-state.js'

export interface ColorSearch {
  cellBits: number
  centroidCount: number
  capacity: number
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

/** The twin of shaders/shared/nearest-color.wgsl: the nearest centroid among the cell's candidates, lowest index first. */
export function nearestCentroid(coordinates: Uint32Array, search: ColorSearch, nearest: Nearest): void {
  const { candidates, centroids } = search
  const cell = colorCell(coordinates, search.cellBits, search.flags)
  const listed = search.candidateCounts[cell]
  const full = listed === FULL
  const count = full ? search.centroidCount : listed
  const first = cell * search.capacity
  nearest.index = 0
  nearest.distance = 0xffffffff
  for (let i = 0; i < count; i++) {
    const k = full ? i : candidates[first + i]
    const distance = squaredDistance(coordinates, 0, centroids, 4 * k)
    if (distance < nearest.distance) {
      nearest.index = k
      nearest.distance = distance
    }
  }
}
