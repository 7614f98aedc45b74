import source from '../../../shaders/neighbors/scan-points.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'

/**
 * The KEPT nearest points of each query in `count` groups of four from `first` on, itself included, by measure and then by
 * place, among those of a slice, and of earlier slices: what `nearestPoints` finds, by comparing every query with every
 * point. With OTHERS what `nearestOther` finds: points of other components, by mutual reachability.
 *
 * `queries`: `queryGroups` vectors for each of `columns` columns; `slice` the same of `sliceGroups` groups, which begin with
 * the point at place `firstOfSlice`; from place `end` on groups are filled with any numbers. With OTHERS two more columns:
 * the component, and the core measure. `nearest`: for every group of queries KEPT times four measures, as bits, and four
 * places, ascending; `floors`: the same once, for entries that are the last of an earlier pass, and come before all here.
 * UNIFORM: `slice` is a uniform buffer. Constants: KEPT, which is `kept`; PART and LAST: threads keep twice the first and once
 * the second of their queries' columns, at most all.
 */
export const scanPoints = /* @__PURE__ */ defineKernel({
  name: 'scan-points',
  sources: [gridSource, source],
  parameters: {
    columns: 'u32',
    first: 'u32',
    count: 'u32',
    queryGroups: 'u32',
    firstOfSlice: 'u32',
    sliceGroups: 'u32',
    end: 'u32',
    kept: 'u32',
  },
  bindings: {
    queries: 'read vec4<f32>',
    slice: 'read vec4<f32>',
    floors: 'read vec4<u32>',
    nearest: 'read_write vec4<u32>',
  },
  flags: { MANHATTAN: false, OTHERS: false, UNIFORM: false },
  uniforms: { UNIFORM: ['slice'] },
  constants: { KEPT: 1, PART: 0, LAST: 0 },
  workgroupSize: 64,
  workgroups: ({ count }, size) => Math.ceil(count / size),
  twin(parameters, { queries, slice, floors, nearest }, { MANHATTAN, OTHERS }) {
    const { columns, kept, first, count, queryGroups, firstOfSlice, sliceGroups, end } = parameters
    const floatsOf = ({ buffer, byteOffset, length }: Uint32Array) => new Float32Array(buffer, byteOffset, length)
    const [floorFloats, floats] = [floors, nearest].map(floatsOf)
    const measures = new Float32Array(Math.min(4 * sliceGroups, end - firstOfSlice))
    for (let query = 4 * first; query < 4 * (first + count); query++) {
      const valueIn = (column: number) => queries[4 * column * queryGroups + query]
      const beginOf = (column: number) => 4 * column * sliceGroups
      measures.fill(0)
      for (let column = 0; column < columns; column++) {
        addTerms(measures, slice, beginOf(column), valueIn(column), MANHATTAN)
      }
      if (OTHERS) {
        leaveOut(measures, slice, beginOf(columns), valueIn(columns))
        raise(measures, slice, beginOf(columns + 1), valueIn(columns + 1))
      }
      const floor = 8 * (query >> 2) + (query % 4)
      const begin = 8 * kept * (query >> 2) + (query % 4)
      const last = begin + 8 * (kept - 1)
      for (let at = 0; at < measures.length; at++) {
        const measure = measures[at]
        if (measure >= floats[last]) continue
        const number = firstOfSlice + at
        if (measure < floorFloats[floor] || (measure === floorFloats[floor] && number <= floors[floor + 4])) continue
        let place = last
        for (; place > begin && measure < floats[place - 8]; place -= 8) {
          floats[place] = floats[place - 8]
          nearest[place + 4] = nearest[place - 4]
        }
        floats[place] = measure
        nearest[place + 4] = number
      }
    }
  },
})

/** Adds what a column of a query contributes to its measures. */
function addTerms(measures: Float32Array, slice: Float32Array, from: number, x: number, manhattan: boolean): void {
  for (let at = 0; at < measures.length; at++) {
    const difference = Math.fround(x - slice[from + at])
    measures[at] += manhattan ? Math.abs(difference) : Math.fround(difference * difference)
  }
}

/** Leaves out the points of a component. */
function leaveOut(measures: Float32Array, slice: Float32Array, from: number, component: number): void {
  for (let at = 0; at < measures.length; at++) if (slice[from + at] === component) measures[at] = Infinity
}

/** Raises measures to the core measures of both ends. */
function raise(measures: Float32Array, slice: Float32Array, from: number, core: number): void {
  for (let at = 0; at < measures.length; at++) measures[at] = Math.max(measures[at], slice[from + at], core)
}
