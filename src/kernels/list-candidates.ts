import source from '../../shaders/list-candidates.wgsl?raw'
import colorSource from '../../shaders/shared/color.wgsl?raw'
import cellSource from '../../shaders/shared/color-cell.wgsl?raw'
import gridSource from '../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../engine/kernel.js'
import { squaredDistance } from './shared/color.js'
import { candidateAt, cellBounds, colorCell, opaqueAlpha } from './shared/color-cell.js'
import { FULL, State } from './shared/quantizer-state.js'

/** For each occupied cell of the colour cube, the centroids that can be nearest to a colour in it (for an opaque one, the nearest opaque ones), ascending, out of its parent cell's. */
export const listCandidates = defineKernel({
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
    centroids: 'read u32',
    occupied: 'read u32',
    parentCandidates: 'read u32',
    parentCounts: 'read u32',
    candidates: 'read_write u32',
    candidateCounts: 'read_write u32',
    state: 'read u32',
  },
  flags: { ALPHA: false, OKLAB: false },
  workgroupSize: 64,
  workgroups: ({ cellCount }, size) => Math.ceil(cellCount / size),
  twin(
    { cellCount, cellBits, parentBits, occupiedOffset, centroidCount, capacity, skipWhenConverged },
    { centroids, occupied, parentCandidates, parentCounts, candidates, candidateCounts, state },
    flags,
  ) {
    if (skipWhenConverged && state[State.converged]) return
    const axes = flags.ALPHA ? 4 : 3
    const opaque = opaqueAlpha(flags)
    const isOpaque = (k: number) => flags.ALPHA && centroids[4 * k + 3] === opaque
    const low = new Uint32Array(4)
    const high = new Uint32Array(4)
    const corner = new Uint32Array(4)
    for (let cell = 0; cell < cellCount; cell++) {
      if (occupied[occupiedOffset + cell] === 0) continue
      cellBounds(cell, cellBits, flags, low, high)
      const parent = colorCell(low, parentBits, flags)
      const full = parentCounts[parent] === FULL
      const length = full ? centroidCount : parentCounts[parent]
      let bound = 0xffffffff
      let opaqueBound = 0xffffffff
      for (let i = 0; i < length; i++) {
        const k = full ? i : parentCandidates[candidateAt(parent, i, parentBits, flags)]
        for (let axis = 0; axis < axes; axis++) {
          corner[axis] = 2 * centroids[4 * k + axis] < low[axis] + high[axis] ? high[axis] : low[axis]
        }
        bound = Math.min(bound, squaredDistance(centroids, 4 * k, corner, 0))
        if (!isOpaque(k)) continue
        corner[3] = centroids[4 * k + 3]
        opaqueBound = Math.min(opaqueBound, squaredDistance(centroids, 4 * k, corner, 0))
      }
      let count = 0
      for (let i = 0; i < length; i++) {
        const k = full ? i : parentCandidates[candidateAt(parent, i, parentBits, flags)]
        for (let axis = 0; axis < axes; axis++) {
          corner[axis] = Math.min(Math.max(centroids[4 * k + axis], low[axis]), high[axis])
        }
        const limit = isOpaque(k) && high[3] >= opaque ? Math.max(bound, opaqueBound) : bound
        if (squaredDistance(centroids, 4 * k, corner, 0) <= limit) {
          if (count < capacity) candidates[candidateAt(cell, count, cellBits, flags)] = k
          count++
        }
      }
      candidateCounts[cell] = count > capacity ? FULL : count
    }
  },
})
