/** The least sum of distances between neighbours at the foot of a dendrogram, by definition and by dynamic programming. */

type Merges = readonly (readonly number[])[]
type Distance = (a: number, b: number) => number

export const pathLength = (leaves: readonly number[], distance: Distance) =>
  leaves.slice(1).reduce((sum, leaf, at) => sum + distance(leaves[at], leaf), 0)

/** All orders that the merges allow, two for each merge. */
export function allOrders(merges: Merges, id = 2 * merges.length): number[][] {
  if (id <= merges.length) return [[id]]
  const [one, other] = merges[id - merges.length - 1].slice(0, 2).map((part) => allOrders(merges, part))
  return one.flatMap((a) =>
    other.flatMap((b) => [
      [...a, ...b],
      [...b, ...a],
    ]),
  )
}

/** The least sum, from the lengths between all pairs of ends of every cluster. */
export function leastLength(merges: Merges, distance: Distance): number {
  const rows = merges.length + 1
  /** Of every cluster, the ends to the left, for each those to the right, and the length between them. */
  const clusters: Map<number, Map<number, number>>[] = Array.from(
    { length: rows },
    (_, row) => new Map([[row, new Map([[row, 0]])]]),
  )
  for (const [a, b] of merges) {
    const joined = new Map<number, Map<number, number>>()
    for (const [left, right] of [
      [a, b],
      [b, a],
    ]) {
      for (const [from, inner] of clusters[left]) {
        const lengths = joined.get(from) ?? new Map<number, number>()
        joined.set(from, lengths)
        for (const [last, before] of inner) {
          for (const [first, outer] of clusters[right]) {
            const so = before + distance(last, first)
            for (const [to, after] of outer) lengths.set(to, Math.min(lengths.get(to) ?? Infinity, so + after))
          }
        }
      }
    }
    clusters.push(joined)
  }
  return Math.min(...[...clusters[2 * rows - 2].values()].flatMap((lengths) => [...lengths.values()]))
}
