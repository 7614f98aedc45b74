import type { Executor } from '../engine/engine.js'

/** How nearest-centroid is cut for a shape: which form of the distance, and what one thread keeps in registers. */
export interface NearestTile {
  flags: { DIRECT: boolean; CACHED: boolean }
  constants: { POINTS: number; GROUPS: number; COLUMNS: number }
}

/** Up to here differences are summed directly, which costs little and cancels nothing; beyond, the expanded form. */
const DIRECT_COLUMNS = 8
/** Most coordinates that a thread keeps for all its points. */
const CACHED_COORDINATES = 128

export function nearestTile(_executor: Executor, columns: number, k: number): NearestTile {
  const GROUPS = k > 4 ? 2 : 1
  const POINTS = columns <= 4 ? 8 : 4
  const CACHED = columns * POINTS <= CACHED_COORDINATES
  return {
    flags: { DIRECT: columns <= DIRECT_COLUMNS, CACHED },
    constants: { POINTS, GROUPS, COLUMNS: CACHED ? columns : 1 },
  }
}
