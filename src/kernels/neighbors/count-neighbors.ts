import source from '../../../shaders/neighbors/count-neighbors.wgsl?raw'
import { defineSearch, nodeWords, queriesOf, TreeSearch } from './point-tree.js'

/**
 * Number of the points within a limit of every query, itself included, added to `counts`; with WEIGHTED their weight.
 * Counting stops once it is `enough`.
 */
export const countNeighbors = /* @__PURE__ */ defineSearch({
  name: 'count-neighbors',
  source,
  parameters: { firstQuery: 'u32', firstPoint: 'u32', limit: 'f32', enough: 'f32' },
  bindings: { weights: 'read f32', counts: 'read_write f32' },
  flags: { WEIGHTED: false },
  twin(parameters, { weights, counts, ...arrays }, { MANHATTAN, WEIGHTED }) {
    const { columns, limit, enough } = parameters
    const search = new TreeSearch(parameters, arrays, MANHATTAN)
    const weightOf = columns * 2 + 1
    for (const query of queriesOf(parameters)) {
      let count = counts[query]
      search.begin(query)
      while (!search.over && count < enough) {
        const within = search.greatestMeasure() <= limit
        if (within) {
          const { node, firstRow, endRow } = search
          count += WEIGHTED ? arrays.nodes[node * nodeWords(columns) + weightOf] : endRow - firstRow
        } else if (search.leastMeasure() <= limit) {
          if (search.level > 0) {
            search.enter()
            continue
          }
          for (let row = search.firstRow; row < search.endRow; row++) {
            if (search.measureTo(row) <= limit) count += WEIGHTED ? weights[row] : 1
          }
        }
        search.skip()
      }
      counts[query] = count
    }
  },
})
