import source from '../../../../shaders/color/palette/list-candidates.wgsl?raw'
import colorSource from '../../../../shaders/color/space/color.wgsl?raw'
import cellSource from '../../../../shaders/color/space/color-cell.wgsl?raw'
import gridSource from '../../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../../engine/kernel.js'
import { squaredLength } from '../space/color.js'
import { cellBounds, colorCell, countCells, opaqueAlpha } from '../space/color-cell.js'
import { FULL, State } from './quantizer-state.js'

/**
 * Lists the centroids, ascending, that can be nearest to a colour in each occupied cell of the colour cube (for an
 * opaque one, the nearest opaque ones), from the candidates of its parent cell.
 */
export const listCandidates = /* @__PURE__ */ defineKernel({
  name: 'list-candidates',
  sources: [gridSource, colorSource, cellSource, source],
  parameters: {
    cellCount: 'u32',
    cellBits: 'u32',
    parentBits: 'u32',
    occupiedOffset: 'u32',
    centroidCount: 'u32',
    capacity: 'u32',
    skipWhenConverged: 'u32',
  },
  bindings: {
    centroids: 'read vec4<u32>',
    occupied: 'read u32',
    parentCandidates: 'read u32',
    parentCounts: 'read u32',
    candidates: 'read_write u32',
    candidateCounts: 'read_write u32',
    state: 'read u32',
  },
  words: { STATE: State, FULL },
  flags: { ALPHA: false, OKLAB: false },
  workgroupSize: 64,
  workgroups: ({ cellCount }, size) => Math.ceil(cellCount / size),
  twin(
    { cellCount, cellBits, parentBits, occupiedOffset, centroidCount, capacity, skipWhenConverged },
    { centroids, occupied, parentCandidates, parentCounts, candidates, candidateCounts, state },
    flags,
  ) {
    if (skipWhenConverged && state[State.converged]) return
    const opaque = opaqueAlpha(flags)
    const parents = countCells(parentBits, flags)
    const low = new Uint32Array(4)
    const high = new Uint32Array(4)
    for (let cell = 0; cell < cellCount; cell++) {
      if (occupied[occupiedOffset + cell] === 0) continue
      cellBounds(cell, cellBits, flags, low, high)
      const parent = colorCell(low, parentBits, flags)
      const full = parentCounts[parent] === FULL
      const length = full ? centroidCount : parentCounts[parent]
      let bound = 0xffffffff
      let opaqueBound = 0xffffffff
      for (let i = 0; i < length; i++) {
        const at = 4 * (full ? i : parentCandidates[parent + i * parents])
        const x = farthest(centroids[at], low[0], high[0])
        const y = farthest(centroids[at + 1], low[1], high[1])
        const z = farthest(centroids[at + 2], low[2], high[2])
        bound = Math.min(bound, squaredLength(x, y, z, farthest(centroids[at + 3], low[3], high[3])))
        if (flags.ALPHA && centroids[at + 3] === opaque) opaqueBound = Math.min(opaqueBound, squaredLength(x, y, z, 0))
      }
      let count = 0
      for (let i = 0; i < length; i++) {
        const k = full ? i : parentCandidates[parent + i * parents]
        const at = 4 * k
        const x = nearest(centroids[at], low[0], high[0])
        const y = nearest(centroids[at + 1], low[1], high[1])
        const z = nearest(centroids[at + 2], low[2], high[2])
        const w = nearest(centroids[at + 3], low[3], high[3])
        const both = flags.ALPHA && centroids[at + 3] === opaque && high[3] >= opaque
        if (squaredLength(x, y, z, w) <= (both ? Math.max(bound, opaqueBound) : bound)) {
          if (count < capacity) candidates[cell + count * cellCount] = k
          count++
        }
      }
      candidateCounts[cell] = count > capacity ? FULL : count
    }
  },
})

/** The distance of a coordinate from the farther end of an interval. */
function farthest(c: number, low: number, high: number): number {
  return 2 * c < low + high ? high - c : c - low
}

/** The distance of a coordinate from an interval. */
function nearest(c: number, low: number, high: number): number {
  return c < low ? low - c : c > high ? c - high : 0
}
