import source from '../../../shaders/neighbors/join-cores.wgsl?raw'
import { NONE } from '../shared/none.js'
import { defineSearch, queriesOf, rowsBelow, TreeSearch } from './point-tree.js'

/**
 * Unites the sets of core points that are neighbours. `parents` is a forest over all points in the tree's order: NONE for
 * one that is no core, a lower row of the same set, or, for the lowest, its own row. Of a pair of chunks the queries are
 * those of the later one.
 */
export const joinCores = /* @__PURE__ */ defineSearch({
  name: 'join-cores',
  source,
  bounds: 'leaf',
  parameters: { firstQuery: 'u32', firstPoint: 'u32', limit: 'f32' },
  bindings: { boxes: 'read f32', parents: 'read_write atomic<u32>' },
  flags: {},
  twin(parameters, { parents, ...arrays }, { MANHATTAN }) {
    const { rows, top, firstQuery, firstPoint, limit } = parameters
    const search = new TreeSearch(parameters, arrays, MANHATTAN)
    for (const query of queriesOf(parameters)) {
      const own = firstQuery + query
      if (parents[own] === NONE) continue
      let last = rows
      if (firstQuery === firstPoint) {
        last = query
        for (let level = 0; level <= top; level++) {
          const index = Math.floor(query / rowsBelow(level))
          if (!search.isTight(limit, arrays.levels[level] + index)) break
          last = index * rowsBelow(level)
        }
        let before = query - 1
        while (before >= last && parents[firstPoint + before] === NONE) before--
        if (before >= last) unite(parents, own, firstPoint + before)
      }
      joinEarlier(search, parameters, query, last, parents)
    }
  },
})

/** Joins a core with the cores among its neighbours before the row `last`: with one of each tight node, which suffices. */
function joinEarlier(
  search: TreeSearch,
  { firstQuery, firstPoint, limit }: { firstQuery: number; firstPoint: number; limit: number },
  query: number,
  last: number,
  parents: Uint32Array,
): void {
  let tight = { level: 0, index: 0 }
  let endOfTight = 0
  search.begin(query)
  while (!search.over && search.firstRow < last) {
    const { level, index, firstRow } = search
    const end = Math.min(search.endRow, last)
    if (search.leastMeasure() > limit) {
      search.skip()
      continue
    }
    if (firstRow >= endOfTight && search.isTight(limit)) {
      tight = { level, index }
      endOfTight = end
    }
    if (level > 0) {
      search.enter()
      continue
    }
    for (let row = firstRow; row < end; row++) {
      if (search.measureTo(row) > limit || parents[firstPoint + row] === NONE) continue
      unite(parents, firstQuery + query, firstPoint + row)
      if (row >= endOfTight) continue
      search.level = tight.level
      search.index = tight.index
      break
    }
    search.skip()
  }
}

/** The root of a row; shortens the way to it. */
export function rootOf(parents: Uint32Array, row: number): number {
  let at = row
  while (parents[at] !== at) {
    parents[at] = parents[parents[at]]
    at = parents[at]
  }
  return at
}

function unite(parents: Uint32Array, a: number, b: number): void {
  const [one, other] = [rootOf(parents, a), rootOf(parents, b)]
  parents[Math.max(one, other)] = Math.min(one, other)
}
