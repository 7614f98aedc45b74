import type { SimdHost, SimdImplementation } from '../engine/host/simd-engine.js'
import type { assignColors } from '../kernels/color/palette/assign-colors.js'
import type { listCandidates } from '../kernels/color/palette/list-candidates.js'
import type { mapColors } from '../kernels/color/palette/map-colors.js'
import { State, SUM_WORDS } from '../kernels/color/palette/quantizer-state.js'
import { type CellFlags, countCells, opaqueAlpha } from '../kernels/color/space/color-cell.js'

/** Multiply-adds of a colour's or a cell's search, for some ten candidates. */
export const SEARCH_WORK = 128
/** Room for lists in the form in which they are compared, beside the longest one, in bytes. */
const LIST_ROOM = 2 ** 21

const stateAt = ({ memory }: SimdHost, at: number) => new Uint32Array(memory.memory.buffer, at, State.words)

/** Bytes of the lists of cells, with their table, in `assembly/color-lists.ts`. */
export function listBytesOf(cellBits: number, centroidCount: number, flags: CellFlags): number {
  return 8 * (countCells(cellBits, flags) + 4) + 12 * (centroidCount + 3) + LIST_ROOM
}

/** Numbers by which searches tell the spaces: the coordinate of opaque alpha, and flags. */
export const spaceOf = (flags: CellFlags) => [opaqueAlpha(flags), flags.OKLAB ? 1 : 0, flags.ALPHA ? 1 : 0]

export const listCandidatesSimd: SimdImplementation<typeof listCandidates> = (host, parameters, at, flags) => {
  const { cellCount, cellBits, parentBits, occupiedOffset, centroidCount, capacity } = parameters
  if (parameters.skipWhenConverged && stateAt(host, at.state)[State.converged]) return
  const items = { first: 0, end: cellCount, work: SEARCH_WORK, align: 1 }
  const listBytes = listBytesOf(parentBits, centroidCount, flags)
  host.share(
    'listCells',
    items,
    listBytes + 4 * (centroidCount + 3),
    at.centroids,
    at.occupied + 4 * occupiedOffset,
    ...[at.parentCandidates, at.parentCounts, at.candidates, at.candidateCounts],
    ...[cellCount, cellBits, parentBits, centroidCount, capacity, ...spaceOf(flags), listBytes],
  )
}

type Search = typeof assignColors | typeof mapColors

/**
 * Searches the nearest centroids in as many slices as there are threads, each of which has `sliceBytes` for its sums; does
 * `work` with the address of the first one's and the number of slices.
 */
function searchSlices(
  name: 'assignSlices' | 'mapSlices',
  host: SimdHost,
  { firstColor, colorCount, cellBits, centroidCount }: Record<keyof Search['parameters'], number>,
  at: Record<'points' | 'centroids' | 'candidates' | 'candidateCounts' | 'labels', number> & { weights: number },
  flags: Record<keyof Search['flags'], boolean>,
  sliceBytes: number,
  work: (sums: number, slices: number) => void,
): void {
  const slices = host.threads
  const items = { first: 0, end: slices, work: SEARCH_WORK * Math.ceil(colorCount / slices), align: 1 }
  const listBytes = listBytesOf(cellBits, centroidCount, flags)
  host.scratch(slices * sliceBytes, (sums) => {
    const buffers = [at.points, at.centroids, at.candidates, at.candidateCounts, at.weights, at.labels, sums]
    const numbers = [cellBits, centroidCount, ...spaceOf(flags), flags.PACKED ? 1 : 0, listBytes]
    host.share(name, items, listBytes, slices, firstColor, firstColor + colorCount, ...buffers, ...numbers)
    work(sums, slices)
  })
}

export const assignColorsSimd: SimdImplementation<typeof assignColors> = (host, parameters, at, flags) => {
  if (stateAt(host, at.state)[State.converged]) return
  const { centroidCount } = parameters
  const sliceBytes = 4 * SUM_WORDS * centroidCount + 4
  searchSlices('assignSlices', host, parameters, at, flags, sliceBytes, (sums, slices) => {
    const changes = host.exports.addSums(sums, slices, at.sums, centroidCount)
    stateAt(host, at.state)[State.changes] += changes
  })
}

export const mapColorsSimd: SimdImplementation<typeof mapColors> = (host, parameters, at, flags) => {
  const { centroidCount } = parameters
  const own = { ...at, weights: at.counts }
  searchSlices('mapSlices', host, parameters, own, flags, 4 * centroidCount + 8, (sums, slices) => {
    host.exports.addPopulations(sums, slices, at.populations, at.state + 4 * State.error, centroidCount)
  })
}
