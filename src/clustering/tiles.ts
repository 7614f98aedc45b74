import type { Executor } from '../engine/engine.js'

/** How nearest-centroid is cut for a shape: which form of the distance, and what one thread keeps in registers. */
export interface NearestTile {
  flags: { DIRECT: boolean; CACHED: boolean }
  constants: { POINTS: number; GROUPS: number; COLUMNS: number }
}

/** Up to here differences are summed directly, which costs little and cancels nothing; beyond, the expanded form. */
const DIRECT_COLUMNS = 8
/** Most columns of points that a thread keeps across all centroids. */
const CACHED_COLUMNS = 8

export function nearestTile(_executor: Executor, columns: number, k: number): NearestTile {
  const groups = Math.ceil(k / 4)
  const CACHED = columns <= CACHED_COLUMNS
  const large = k >= 32
  const POINTS = CACHED ? (columns <= 4 && large ? 16 : 4) : large ? 16 : 4
  const GROUPS = CACHED ? 1 : Math.min(groups, 2)
  return {
    flags: { DIRECT: columns <= DIRECT_COLUMNS, CACHED },
    constants: { POINTS, GROUPS, COLUMNS: CACHED ? columns : 1 },
  }
}
