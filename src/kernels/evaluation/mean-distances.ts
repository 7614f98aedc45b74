import source from '../../../shaders/evaluation/mean-distances.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'

/** Number of slices that are summed before their sum is added to that of all. */
export const SLICES = 32
/** More than any mean is. */
const FAR = 3.4e38

/**
 * The sum of the distances of each point, in `count` groups of four from `first` on, of a chunk, to the others of its
 * cluster, and the least mean of its distances to another cluster, among the clusters that end in a slice and in earlier
 * ones.
 *
 * `chunk`: `chunkGroups` vectors for each of `columns` columns; `owners`: the clusters of its points. `slice`: the same of
 * `sliceGroups` groups, a multiple of GROUPS, in the order of their clusters, of which the first is `firstCluster`, and then as
 * many vectors that have the inverse size of a cluster, or 1 for distances to be summed, at its last point and 0 elsewhere.
 * `state`, for every group of the chunk: sums of the current cluster over some slices and over those before, the sum of the
 * own cluster, and the least mean. OWN: groups of a thread. UNIFORM: `slice` is a uniform buffer. CACHED: for few columns,
 * twice PART and LAST of them. EXTREMES: the greatest distance to the own cluster and the least to another in place of sums
 * and means; the first two of `state` are the least and the greatest to the current cluster. The twin sums a slice in float64.
 */
export const meanDistances = /* @__PURE__ */ defineKernel({
  name: 'mean-distances',
  sources: [gridSource, source],
  parameters: {
    columns: 'u32',
    first: 'u32',
    count: 'u32',
    chunkGroups: 'u32',
    slice: 'u32',
    sliceGroups: 'u32',
    firstCluster: 'u32',
  },
  bindings: {
    chunk: 'read vec4<f32>',
    owners: 'read vec4<u32>',
    slice: 'read vec4<f32>',
    state: 'read_write vec4<f32>',
  },
  words: { SLICES },
  flags: { MANHATTAN: false, SQUARED: false, EXTREMES: false, UNIFORM: false, CACHED: false },
  uniforms: { UNIFORM: ['slice'] },
  constants: { GROUPS: 1, OWN: 1, PART: 1, LAST: 0 },
  registerLoops: true,
  workgroupSize: 64,
  workgroups: ({ count }, size, { OWN }) => Math.ceil(count / (size * OWN)),
  twin(parameters, { chunk, owners, slice, state }, { MANHATTAN, SQUARED, EXTREMES }) {
    const { columns, first, count, chunkGroups, slice: number, sliceGroups, firstCluster } = parameters
    const others = 4 * sliceGroups
    const ends = slice.subarray(others * columns, others * (columns + 1))
    const measures = new Float32Array(others)
    for (let query = 4 * first; query < 4 * (first + count); query++) {
      measures.fill(0)
      for (let column = 0; column < columns; column++) {
        const x = chunk[4 * column * chunkGroups + query]
        for (let other = 0, at = column * others; other < others; other++, at++) {
          const difference = x - slice[at]
          measures[other] += MANHATTAN ? Math.abs(difference) : difference * difference
        }
      }
      const place = 16 * (query >> 2) + (query % 4)
      const known = {
        slices: number > 0 ? state[place] : EXTREMES ? FAR : 0,
        total: number > 0 ? state[place + 4] : 0,
        mine: number > 0 ? state[place + 8] : 0,
        least: number > 0 ? state[place + 12] : FAR,
        current: firstCluster,
      }
      if (!MANHATTAN && !SQUARED)
        for (let other = 0; other < others; other++) measures[other] = Math.sqrt(measures[other])
      if (EXTREMES) takeExtremes(known, measures, ends, owners[query])
      else takeSums(known, measures, ends, owners[query], (number + 1) % SLICES === 0)
      state[place] = known.slices
      state[place + 4] = known.total
      state[place + 8] = known.mine
      state[place + 12] = known.least
    }
  },
})

interface Known {
  slices: number
  total: number
  mine: number
  least: number
  current: number
}

function takeSums(known: Known, distances: Float32Array, ends: Float32Array, owner: number, fold: boolean): void {
  let sum = 0
  for (let other = 0; other < distances.length; other++) {
    sum += distances[other]
    if (ends[other] === 0) continue
    sum += known.slices + known.total
    if (known.current === owner) known.mine = sum
    else known.least = Math.min(known.least, sum * ends[other])
    known.slices = known.total = sum = 0
    known.current++
  }
  known.slices += sum
  if (!fold) return
  known.total += known.slices
  known.slices = 0
}

function takeExtremes(known: Known, distances: Float32Array, ends: Float32Array, owner: number): void {
  for (let other = 0; other < distances.length; other++) {
    if (distances[other] < known.slices) known.slices = distances[other]
    if (distances[other] > known.total) known.total = distances[other]
    if (ends[other] === 0) continue
    if (known.current === owner) known.mine = known.total
    else known.least = Math.min(known.least, known.slices)
    known.slices = FAR
    known.total = 0
    known.current++
  }
}
