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
 * own cluster, and the least mean. UNIFORM: `slice` is a uniform buffer. CACHED: for few columns, their number is the constant
 * COLUMNS. The twin sums a slice in float64.
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
  flags: { MANHATTAN: false, SQUARED: false, UNIFORM: false, CACHED: false },
  uniforms: { UNIFORM: ['slice'] },
  constants: { GROUPS: 1, COLUMNS: 1 },
  registerLoops: true,
  workgroupSize: 64,
  workgroups: ({ count }, size) => Math.ceil(count / size),
  twin(parameters, { chunk, owners, slice, state }, { MANHATTAN, SQUARED }) {
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
      let slices = number > 0 ? state[place] : 0
      let total = number > 0 ? state[place + 4] : 0
      let mine = number > 0 ? state[place + 8] : 0
      let least = number > 0 ? state[place + 12] : FAR
      let current = firstCluster
      let sum = 0
      for (let other = 0; other < others; other++) {
        sum += MANHATTAN || SQUARED ? measures[other] : Math.sqrt(measures[other])
        if (ends[other] === 0) continue
        sum += slices + total
        if (current === owners[query]) mine = sum
        else if (sum * ends[other] < least) least = sum * ends[other]
        sum = slices = total = 0
        current++
      }
      slices = Math.fround(slices + sum)
      if ((number + 1) % SLICES === 0) {
        total += slices
        slices = 0
      }
      state[place] = slices
      state[place + 4] = total
      state[place + 8] = mine
      state[place + 12] = least
    }
  },
})
