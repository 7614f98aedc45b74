import type { BufferScope, Executor } from '../../engine/engine.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import { listCandidates } from '../../kernels/color/palette/list-candidates.js'
import { FULL } from '../../kernels/color/palette/quantizer-state.js'
import type { ColorCells } from '../table/color-points.js'
import type { ColorSpace } from '../table/color-space.js'

/** Maximum bytes of all candidate lists, which bounds their length; for a longer list, all centroids are searched. */
const CANDIDATE_BYTES = 2 ** 26
const MAX_COARSE_CANDIDATES = 8192

/** For each cell of the colour cube, the centroids that can be nearest to a colour in it. */
export interface CandidateLists {
  readonly space: ColorSpace
  /** Parameters of kernels that search the lists. */
  readonly search: { cellBits: number; centroidCount: number }
  /** Bindings of kernels that search the lists. */
  readonly lists: { candidates: EngineBuffer; candidateCounts: EngineBuffer }
  /**
   * Lists the candidates among `centroids`; with `skipWhenConverged`, the device keeps the lists once it has converged.
   */
  update(centroids: EngineBuffer, skipWhenConverged: boolean): void
}

export async function createCandidateLists(
  executor: Executor,
  scope: BufferScope,
  { alpha, space, cellBits, cellCount, coarseBits, coarseCount, occupied }: ColorCells,
  state: EngineBuffer,
  centroidCount: number,
): Promise<CandidateLists> {
  const list = await executor.compile(listCandidates, { flags: { ALPHA: alpha, OKLAB: space.OKLAB } })
  const capacity = Math.min(centroidCount, CANDIDATE_BYTES / 4 / cellCount)
  const coarseCapacity = Math.min(centroidCount, MAX_COARSE_CANDIDATES)
  const candidates = scope.allocate('quantize.candidates', 4 * cellCount * capacity)
  const candidateCounts = scope.allocate('quantize.candidateCounts', 4 * cellCount)
  const coarse = {
    candidates: scope.allocate('quantize.coarseCandidates', 4 * coarseCount * coarseCapacity),
    candidateCounts: scope.allocate('quantize.coarseCounts', 4 * coarseCount),
  }
  // The parent of all coarse cells: one cell with all centroids.
  const everything = scope.upload('quantize.all', new Uint32Array([FULL]))
  return {
    space,
    search: { cellBits, centroidCount },
    lists: { candidates, candidateCounts },
    update(centroids, skipWhenConverged) {
      const common = { centroidCount, skipWhenConverged: skipWhenConverged ? 1 : 0 }
      executor.run(
        list,
        {
          ...common,
          cellCount: coarseCount,
          cellBits: coarseBits,
          capacity: coarseCapacity,
          occupiedOffset: cellCount,
          parentBits: 0,
        },
        { centroids, occupied, parentCandidates: everything, parentCounts: everything, ...coarse, state },
      )
      executor.run(
        list,
        {
          ...common,
          cellCount,
          cellBits,
          capacity,
          occupiedOffset: 0,
          parentBits: coarseBits,
        },
        {
          centroids,
          occupied,
          parentCandidates: coarse.candidates,
          parentCounts: coarse.candidateCounts,
          candidates,
          candidateCounts,
          state,
        },
      )
    },
  }
}
