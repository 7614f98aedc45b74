import source from '../../../shaders/neighbors/lowest-label.wgsl?raw'
import { NONE } from '../shared/none.js'
import { defineSearch, EMPTY, queriesOf, TreeSearch } from './point-tree.js'

/**
 * Lowest label among the labelled points within a limit of every query that has none itself, in `reached`, which holds
 * what earlier chunks gave, or NONE. `labels` are those of all points in the tree's order, NONE for one without; `levels`
 * ends with that of each node, NONE for several and EMPTY without one.
 */
export const lowestLabel = /* @__PURE__ */ defineSearch({
  name: 'lowest-label',
  source,
  parameters: { firstQuery: 'u32', firstPoint: 'u32', limit: 'f32' },
  bindings: { labels: 'read u32', reached: 'read_write u32' },
  words: { EMPTY },
  flags: {},
  twin(parameters, { labels, reached, ...arrays }, { MANHATTAN }) {
    const { top, limit, firstQuery, firstPoint } = parameters
    const search = new TreeSearch(parameters, arrays, MANHATTAN)
    for (const query of queriesOf(parameters)) {
      if (labels[firstQuery + query] !== NONE) continue
      search.begin(query)
      while (!search.over) {
        const only = arrays.levels[top + 2 + search.node]
        const isLower = only !== EMPTY && (only === NONE || only < reached[query])
        if (isLower && search.leastMeasure() <= limit) {
          if (search.level > 0) {
            search.enter()
            continue
          }
          for (let row = search.firstRow; row < search.endRow; row++) {
            const label = labels[firstPoint + row]
            if (label < reached[query] && search.measureTo(row) <= limit) reached[query] = label
          }
        }
        search.skip()
      }
    }
  },
})
