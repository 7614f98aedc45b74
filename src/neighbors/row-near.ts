import { FAN, type TreeSearch } from '../kernels/neighbors/point-tree.js'

/** A row near the query: goes down to the nearest child of each node. */
export function rowNear(search: TreeSearch): number {
  const { levels } = search.arrays
  while (search.level > 0) {
    search.enter()
    let nearest = search.index
    let least = Infinity
    const end = Math.min(search.index + FAN, levels[search.level + 1] - levels[search.level])
    for (; search.index < end; search.index++) {
      const measure = search.leastMeasure()
      if (measure >= least) continue
      least = measure
      nearest = search.index
    }
    search.index = nearest
  }
  return search.firstRow
}
