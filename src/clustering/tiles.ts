import type { BufferScope, Executor } from '../engine/engine.js'
import { type EngineBuffer, UNIFORM_BYTES } from '../engine/kernel.js'

/** How nearest-centroid is cut for a shape: which form of the distance, and what one thread keeps in registers. */
export interface NearestTile {
  flags: { DIRECT: boolean; CACHED: boolean; UNIFORM: boolean }
  constants: { POINTS: number; GROUPS: number; COLUMNS: number }
}

/** Up to here differences are summed directly, which costs little and cancels nothing; beyond, the expanded form. */
const DIRECT_COLUMNS = 8
/** Most columns of points that a thread keeps across all centroids. */
const CACHED_COLUMNS = 8

/** From here on tiles of 16 points pay; below, their pipelines take longer to compile than they save. */
const MANY_CLUSTERS = 32
const LARGE_POINTS = 16
const SMALL_POINTS = 4

/**
 * The default table. Measured on Mesa's software driver with 2 shared cores (times of the assignment, ratios within one
 * run): at d = 3, k = 256, 16 points a thread give 1.2 to 1.3 times the throughput of 8, 32 points a third of it. At
 * d = 32, 16 × 8 tiles read from memory give 1.2 times that of 4 × 8 tiles of cached points, whose indices within a
 * register array that driver resolves lane by lane; 16 × 16 tiles of centroids in uniform buffers give 1.5 times that.
 */
export function nearestTile(_executor: Executor, columns: number, k: number): NearestTile {
  const CACHED = columns <= CACHED_COLUMNS
  const large = k >= MANY_CLUSTERS && (!CACHED || columns <= 4)
  const UNIFORM = !CACHED && 16 * Math.ceil(k / 4) * columns <= UNIFORM_BYTES
  const GROUPS = CACHED ? 1 : Math.min(Math.ceil(k / 4), UNIFORM ? 4 : 2)
  return {
    flags: { DIRECT: columns <= DIRECT_COLUMNS, CACHED, UNIFORM },
    constants: { POINTS: large ? LARGE_POINTS : SMALL_POINTS, GROUPS, COLUMNS: CACHED ? columns : 1 },
  }
}

/** Buffers for the centroids as nearest-centroid reads them: four to a vector, and their halved squared norms. */
export function allocatePacked(
  scope: BufferScope,
  columns: number,
  k: number,
  uniform: boolean,
): { packed: EngineBuffer; halfNorms: EngineBuffer } {
  const groups = Math.ceil(k / 4)
  const allocate = (name: string, bytes: number) => scope.allocate(`kmeans.${name}`, uniform ? UNIFORM_BYTES : bytes)
  return { packed: allocate('packed', 16 * groups * columns), halfNorms: allocate('halfNorms', 16 * groups) }
}
