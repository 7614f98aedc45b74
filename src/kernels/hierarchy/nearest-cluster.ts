import source from '../../../shaders/hierarchy/nearest-cluster.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { NONE } from '../shared/none.js'

/** More than any measure is. */
export const FAR = 3.4e38

/**
 * The nearest other cluster of each query in `count` groups of four from `first` on, among those of a slice, and of earlier
 * slices.
 *
 * `queries`: `queryGroups` vectors for each of `columns` columns, then as many of the inverse sizes and of the numbers among
 * all `clusters` clusters, below 2²⁴; `slice`: the same of `sliceGroups` groups, without numbers, which are counted from group
 * `firstOfSlice` on; the last group of all is filled to four with the last cluster. `found`: for every group of queries four
 * measures, as bits, and four numbers of clusters, NONE where there is no other. UNIFORM: `slice` is a uniform buffer. CACHED:
 * for few columns, their number is the constant COLUMNS.
 */
export const nearestCluster = /* @__PURE__ */ defineKernel({
  name: 'nearest-cluster',
  sources: [gridSource, source],
  parameters: {
    clusters: 'u32',
    columns: 'u32',
    first: 'u32',
    count: 'u32',
    queryGroups: 'u32',
    firstOfSlice: 'u32',
    sliceGroups: 'u32',
  },
  bindings: { queries: 'read vec4<f32>', slice: 'read vec4<f32>', found: 'read_write vec4<u32>' },
  words: { NONE },
  flags: { WARD: false, MANHATTAN: false, UNIFORM: false, CACHED: false },
  uniforms: { UNIFORM: ['slice'] },
  constants: { GROUPS: 1, COLUMNS: 1 },
  registerLoops: true,
  workgroupSize: 64,
  workgroups: ({ count }, size) => Math.ceil(count / size),
  twin(parameters, { queries, slice, found }, { WARD, MANHATTAN }) {
    const { clusters, columns, first, count, queryGroups, firstOfSlice, sliceGroups } = parameters
    const floats = new Float32Array(found.buffer, found.byteOffset, found.length)
    const end = Math.min(4 * sliceGroups, clusters - 4 * firstOfSlice)
    const measures = new Float32Array(end)
    for (let query = 4 * first; query < 4 * (first + count); query++) {
      measures.fill(0)
      for (let column = 0; column < columns; column++) {
        const x = queries[4 * column * queryGroups + query]
        for (let other = 0, at = 4 * column * sliceGroups; other < end; other++, at++) {
          const difference = x - slice[at]
          measures[other] += MANHATTAN ? Math.abs(difference) : difference * difference
        }
      }
      const own = queries[4 * (columns + 1) * queryGroups + query] - 4 * firstOfSlice
      const weight = queries[4 * columns * queryGroups + query]
      const place = 8 * (query >> 2) + (query % 4)
      let least = firstOfSlice > 0 ? floats[place] : FAR
      let nearest = firstOfSlice > 0 ? found[place + 4] : NONE
      for (let other = 0; other < end; other++) {
        let measure = measures[other]
        if (WARD) measure = Math.fround(measure / Math.fround(weight + slice[4 * columns * sliceGroups + other]))
        if (measure >= least || other === own) continue
        least = measure
        nearest = 4 * firstOfSlice + other
      }
      floats[place] = least
      found[place + 4] = nearest
    }
  },
})
