import type { SimdHost, SimdImplementation } from '../engine/host/simd-engine.js'
import type { assignColors } from '../kernels/color/palette/assign-colors.js'
import type { listCandidates } from '../kernels/color/palette/list-candidates.js'
import type { mapColors } from '../kernels/color/palette/map-colors.js'
import { State } from '../kernels/color/palette/quantizer-state.js'
import { opaqueAlpha } from '../kernels/color/space/color-cell.js'

/** Multiply-adds of a colour's or a cell's search, for some ten candidates. */
const SEARCH_WORK = 128

const stateAt = ({ memory }: SimdHost, at: number) => new Uint32Array(memory.memory.buffer, at, State.words)

export const listCandidatesSimd: SimdImplementation<typeof listCandidates> = (host, parameters, at, flags) => {
  const { cellCount, cellBits, parentBits, occupiedOffset, centroidCount, capacity } = parameters
  if (parameters.skipWhenConverged && stateAt(host, at.state)[State.converged]) return
  const items = { first: 0, end: cellCount, work: SEARCH_WORK, align: 1 }
  const lists = [at.parentCandidates, at.parentCounts, at.candidates, at.candidateCounts]
  const numbers = [cellCount, cellBits, parentBits, centroidCount, capacity]
  const space = [opaqueAlpha(flags), flags.OKLAB ? 1 : 0, flags.ALPHA ? 1 : 0]
  host.share(
    'listCells',
    items,
    8 * centroidCount,
    at.centroids,
    at.occupied + 4 * occupiedOffset,
    ...[...lists, ...numbers, ...space],
  )
}

type Search = typeof assignColors | typeof mapColors

/** Does `work` with the address where colour 0 would have its nearest centroid and distance, of 8 bytes. */
function findNearest(
  host: SimdHost,
  { firstColor, colorCount, cellBits, centroidCount }: Record<keyof Search['parameters'], number>,
  at: Record<'points' | 'centroids' | 'candidates' | 'candidateCounts', number>,
  flags: Record<keyof Search['flags'], boolean>,
  work: (nearest: number, space: number[]) => void,
): void {
  const space = [opaqueAlpha(flags), flags.ALPHA ? 1 : 0, flags.PACKED ? 1 : 0]
  const [opaque, alpha, packed] = space
  host.scratch(8 * colorCount, (address) => {
    const nearest = address - 8 * firstColor
    const items = { first: firstColor, end: firstColor + colorCount, work: SEARCH_WORK, align: 1 }
    const buffers = [at.points, at.centroids, at.candidates, at.candidateCounts, nearest]
    const numbers = [cellBits, centroidCount, opaque, flags.OKLAB ? 1 : 0, alpha, packed]
    host.share('nearestColors', items, 0, ...buffers, ...numbers)
    work(nearest, space)
  })
}

export const assignColorsSimd: SimdImplementation<typeof assignColors> = (host, parameters, at, flags) => {
  if (stateAt(host, at.state)[State.converged]) return
  const { firstColor, colorCount } = parameters
  findNearest(host, parameters, at, flags, (nearest, space) => {
    const buffers = [at.points, at.weights, at.labels, at.sums]
    const changes = host.exports.moveColors(nearest, firstColor, firstColor + colorCount, ...buffers, ...space)
    stateAt(host, at.state)[State.changes] += changes
  })
}

export const mapColorsSimd: SimdImplementation<typeof mapColors> = (host, parameters, at, flags) => {
  const { firstColor, colorCount } = parameters
  findNearest(host, parameters, at, flags, (nearest) => {
    const buffers = [at.counts, at.labels, at.populations, at.state + 4 * State.error]
    host.exports.countEntries(nearest, firstColor, firstColor + colorCount, ...buffers)
  })
}
