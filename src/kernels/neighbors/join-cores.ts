import source from '../../../shaders/neighbors/join-cores.wgsl?raw'
import unionSource from '../../../shaders/shared/union-find.wgsl?raw'
import { NONE } from '../shared/none.js'
import { rootOf, unite } from '../shared/union-find.js'
import { defineSearch, EMPTY, LEAF, queriesOf, TreeSearch } from './point-tree.js'

/** Rows before the leaf of a core with whose cores NEAR joins it. */
const NEAR_ROWS = 8

/**
 * Unites the sets of core points that are neighbours. `parents` is a forest over all points in the tree's order: NONE for
 * one that is no core, a lower row of the same set, or, for the lowest, its own row; `components` is the root of each before
 * the dispatch. With NEAR, cores are joined with those of their leaf and of NEAR_ROWS before it, and with the one before
 * them in the largest tight node around them, whose points are all neighbours. Without, with all before their leaf;
 * `levels` then ends with the component of each node, which is NONE for several and EMPTY without cores. Queries are those
 * of every `step`-th leaf, and of a pair of chunks those of the later one.
 */
export const joinCores = /* @__PURE__ */ defineSearch({
  name: 'join-cores',
  source: [unionSource, source],
  parameters: { firstQuery: 'u32', firstPoint: 'u32', limit: 'f32', step: 'u32' },
  bindings: { components: 'read u32', parents: 'read_write atomic<u32>' },
  words: { EMPTY, NEAR_ROWS },
  flags: { NEAR: false },
  twin(parameters, { components, parents, ...arrays }, { MANHATTAN, NEAR }) {
    const { rows, top, firstQuery, firstPoint, limit } = parameters
    const search = new TreeSearch(parameters, arrays, MANHATTAN)
    const joinWith = (query: number, row: number) => {
      if (components[firstPoint + row] === NONE || search.measureTo(row) > limit) return
      unite(parents, firstQuery + query, firstPoint + row)
    }
    for (const place of queriesOf(parameters)) {
      const query = place + (place - (place % LEAF)) * (parameters.step - 1)
      if (query >= parameters.queries) continue
      const component = components[firstQuery + query]
      if (component === NONE) continue
      search.begin(query)
      if (NEAR) {
        const first = Math.max(0, query - (query % LEAF) - NEAR_ROWS)
        for (let row = first; row < query; row++) joinWith(query, row)
        const firstOfTight = search.firstOfTight(query, limit)
        let before = query - 1
        while (before >= firstOfTight && components[firstPoint + before] === NONE) before--
        if (before >= firstOfTight) joinWith(query, before)
        continue
      }
      const last = firstQuery === firstPoint ? query - (query % LEAF) : rows
      while (!search.over && search.firstRow < last) {
        const only = arrays.levels[top + 2 + search.node]
        const isJoined = only !== NONE && only !== EMPTY && rootOf(parents, only) === rootOf(parents, component)
        if (only !== EMPTY && !isJoined && search.leastMeasure() <= limit) {
          if (search.level > 0) {
            search.enter()
            continue
          }
          for (let row = search.firstRow; row < Math.min(search.endRow, last); row++) joinWith(query, row)
        }
        search.skip()
      }
    }
  },
})
