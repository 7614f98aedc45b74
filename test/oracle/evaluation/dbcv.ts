/** DBCV by its definition (Moulavi et al. 2014), with the spanning trees of Kruskal, in float64. */
import { euclidean } from '../dbscan'

type Row = readonly number[]
type Edge = [a: number, b: number, reach: number]

/** Below 0 where x comes before y in the lexicographic order. */
const compare = (x: Row, y: Row) => x.map((value, i) => value - y[i]).find((difference) => difference !== 0) ?? 0

function coreOf(rows: readonly Row[], at: number): number {
  const d = rows[at].length
  const others = rows.filter((_, other) => other !== at).map((other) => euclidean(rows[at], other))
  if (others.includes(0)) return 0
  return (others.reduce((sum, distance) => sum + (1 / distance) ** d, 0) / others.length) ** (-1 / d)
}

function kruskal(rows: readonly Row[], cores: readonly number[]): Edge[] {
  const edges = rows.flatMap((x, a) =>
    rows.slice(0, a).map((y, b) => {
      const distance = euclidean(x, y)
      return { a, b, distance, reach: Math.max(cores[a], cores[b], distance) }
    }),
  )
  edges.sort((e, f) => e.reach - f.reach || e.distance - f.distance || e.b - f.b || e.a - f.a)
  const group = rows.map((_, row) => row)
  const tree: Edge[] = []
  for (const { a, b, reach } of edges) {
    const [kept, lost] = [group[a], group[b]]
    if (kept === lost) continue
    tree.push([a, b, reach])
    for (const [row, own] of group.entries()) if (own === lost) group[row] = kept
  }
  return tree
}

function clusterOf(unsorted: readonly Row[]) {
  const rows = [...unsorted].sort(compare)
  const cores = rows.map((_, row) => coreOf(rows, row))
  const edges = kruskal(rows, cores)
  const isInner = rows.map((_, row) => edges.filter(([a, b]) => a === row || b === row).length > 1)
  const inner = edges.filter(([a, b]) => isInner[a] && isInner[b])
  const sparseness = Math.max(...(inner.length > 0 ? inner : edges).map(([, , reach]) => reach))
  const nodes = rows.map((row, i) => ({ row, core: cores[i] }))
  const internal = nodes.filter((_, row) => isInner[row])
  return { size: rows.length, sparseness, internal: internal.length > 0 ? internal : nodes }
}

export function oracleDbcv(points: readonly Row[], labels: readonly number[]): number {
  const clusters = [...new Set(labels)]
    .filter((label) => label !== -1)
    .map((label) => points.filter((_, row) => labels[row] === label))
    .filter((rows) => rows.length > 1)
    .map(clusterOf)
  return clusters.reduce((sum, { size, sparseness, internal }, own) => {
    const others = clusters.filter((_, other) => other !== own).flatMap((other) => other.internal)
    const separation = Math.min(
      ...internal.flatMap((x) => others.map((y) => Math.max(x.core, y.core, euclidean(x.row, y.row)))),
    )
    const larger = Math.max(separation, sparseness)
    return sum + (larger === 0 ? 0 : ((size / points.length) * (separation - sparseness)) / larger)
  }, 0)
}
