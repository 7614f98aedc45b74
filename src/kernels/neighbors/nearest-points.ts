import source from '../../../shaders/neighbors/nearest-points.wgsl?raw'
import { BLOCK, defineSearch, queriesOf, TreeSearch } from './point-tree.js'

/**
 * The KEPT nearest points of every query, itself included, by measure and then by row: pairs of a measure's bits and a row
 * of all points, ascending, in `nearest`, which holds those of earlier chunks, or pairs of NONE. With AFTER, only such as come
 * after `floors`. Constant: KEPT, which is `kept`.
 */
export const nearestPoints = /* @__PURE__ */ defineSearch({
  name: 'nearest-points',
  source,
  parameters: { firstQuery: 'u32', firstPoint: 'u32', kept: 'u32' },
  bindings: { floors: 'read vec2<u32>', nearest: 'read_write vec2<u32>' },
  flags: { AFTER: false },
  constants: { KEPT: 1 },
  twin(parameters, { floors, nearest, ...arrays }, { MANHATTAN, AFTER }) {
    const { rows, firstQuery, firstPoint, kept } = parameters
    const search = new TreeSearch(parameters, arrays, MANHATTAN)
    const bits = new Uint32Array(1)
    const float = new Float32Array(bits.buffer)
    for (const query of queriesOf(parameters)) {
      const begin = 2 * kept * query
      const last = begin + 2 * (kept - 1)
      const isBefore = (x: number, y: number, at: number, list = nearest) =>
        x < list[at] || (x === list[at] && y < list[at + 1])
      const consider = (row: number) => {
        float[0] = search.measureTo(row)
        const [x, y] = [bits[0], firstPoint + row]
        if (AFTER && (isBefore(x, y, 2 * query, floors) || (x === floors[2 * query] && y === floors[2 * query + 1])))
          return
        if (!isBefore(x, y, last)) return
        let place = last
        for (; place > begin && isBefore(x, y, place - 2); place -= 2) {
          nearest[place] = nearest[place - 2]
          nearest[place + 1] = nearest[place - 1]
        }
        nearest[place] = x
        nearest[place + 1] = y
      }
      search.begin(query)
      const own = firstQuery === firstPoint
      const blockFirst = own ? query - (query % BLOCK) : 0
      const blockEnd = own ? Math.min(rows, blockFirst + BLOCK) : 0
      for (let row = blockFirst; row < blockEnd; row++) consider(row)
      while (!search.over) {
        const { firstRow, endRow } = search
        float[0] = search.leastMeasure()
        const done = firstRow >= blockFirst && endRow <= blockEnd
        if (!done && isBefore(bits[0], firstPoint + firstRow, last)) {
          if (search.level > 0) {
            search.enter()
            continue
          }
          for (let row = firstRow; row < endRow; row++) consider(row)
        }
        search.skip()
      }
    }
  },
})
