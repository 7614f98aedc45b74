import { marginOf } from '../kernels/neighbors/point-tree.js'
import { rootOf } from '../kernels/shared/union-find.js'
import type { PointForest } from './point-forest.js'
import { ascendingOrder, countUp } from './sort.js'

/** Multiply-adds after which the search is given up. */
const MOST_WORK = 2 ** 27

/** An edge between two places. */
export interface Edge {
  from: number
  to: number
  weight: number
}

/** The points of a component, which lie within a radius of their centre. */
interface Group {
  places: number[]
  points: Float32Array
  center: Float64Array
  radius: number
}

/**
 * The edges that join few components at the least weight, by J. B. Kruskal's algorithm (1956): pairs of components wait by
 * a lower bound, the gap of the balls around them, and the nearest points of those that come first are found on the host. Null
 * where that takes long.
 *
 * @param components component of each place: the lowest place in it
 */
export function joinComponents(forest: PointForest, components: Uint32Array, cores: Float32Array): Edge[] | null {
  const groups = groupsOf(forest, components)
  const pairs = pairsOf(groups, forest)
  const sets = countUp(groups.length)
  const edges: Edge[] = []
  let found: { a: number; b: number; edge: Edge }[] = []
  const work = { left: MOST_WORK }
  for (let next = 0; edges.length < groups.length - 1; ) {
    found = found.filter(({ a, b }) => rootOf(sets, a) !== rootOf(sets, b))
    let least = found[0]
    for (const one of found) if (one.edge.weight < least.edge.weight) least = one
    if (next < pairs.length && !(least?.edge.weight < pairs[next].bound)) {
      const { a, b } = pairs[next++]
      if (rootOf(sets, a) === rootOf(sets, b)) continue
      const edge = nearestPair(groups[a], groups[b], { forest, cores, work })
      if (work.left < 0) return null
      found.push({ a, b, edge })
      continue
    }
    edges.push(least.edge)
    sets[Math.max(rootOf(sets, least.a), rootOf(sets, least.b))] = Math.min(
      rootOf(sets, least.a),
      rootOf(sets, least.b),
    )
  }
  return edges
}

function groupsOf({ chunks, columns }: PointForest, components: Uint32Array): Group[] {
  const byComponent = new Map<number, { places: number[]; values: number[] }>()
  for (const { first, rows, data } of chunks) {
    for (let row = 0; row < rows; row++) {
      const component = components[first + row]
      let group = byComponent.get(component)
      if (!group) byComponent.set(component, (group = { places: [], values: [] }))
      group.places.push(first + row)
      for (let at = row * columns; at < (row + 1) * columns; at++) group.values.push(data[at])
    }
  }
  return [...byComponent.values()].map(({ places, values }) => {
    const points = Float32Array.from(values)
    const center = new Float64Array(columns)
    for (let at = 0; at < points.length; at++) center[at % columns] += points[at] / places.length
    let radius = 0
    for (let at = 0; at < points.length; at += columns) radius = Math.max(radius, distance(center, points, at))
    return { places, points, center, radius }
  })
}

function distance(center: Float64Array, points: ArrayLike<number>, at: number): number {
  let sum = 0
  for (let column = 0; column < center.length; column++) sum += (center[column] - points[at + column]) ** 2
  return Math.sqrt(sum)
}

/** All pairs of groups, by ascending bounds of the weight between them. */
function pairsOf(groups: readonly Group[], { columns, manhattan }: PointForest) {
  const pairs: { a: number; b: number; bound: number }[] = []
  for (let a = 0; a < groups.length; a++) {
    for (let b = a + 1; b < groups.length; b++) {
      const gap = distance(groups[a].center, groups[b].center, 0) - groups[a].radius - groups[b].radius
      // A sum of absolute differences is no less than the distance.
      pairs.push({ a, b, bound: Math.max(0, manhattan ? gap : gap * Math.abs(gap)) * (1 - marginOf(columns)) })
    }
  }
  return pairs.sort((x, y) => x.bound - y.bound)
}

interface Ordered {
  places: Uint32Array
  points: Float32Array
  values: Float32Array
}

/**
 * The nearest points of two groups: points are swept in the order of their projections on the line through both centres,
 * since no two are nearer than these.
 */
function nearestPair(
  a: Group,
  b: Group,
  { forest, cores, work }: { forest: PointForest; cores: Float32Array; work: { left: number } },
): Edge {
  const { columns, manhattan } = forest
  const length = distance(a.center, b.center, 0)
  const axis = a.center.map((value, column) => (length > 0 ? (b.center[column] - value) / length : 0))
  const [one, other] = [project(a, axis), project(b, axis)]
  const [from, to] = [one.values, other.values]
  work.left -= (one.points.length + other.points.length) * 2
  const largest = Math.max(Math.abs(from[0]), Math.abs(from.at(-1) ?? 0), Math.abs(to[0]), Math.abs(to.at(-1) ?? 0))
  const slack = largest * 2 ** -20
  const edge: Edge = { from: one.places[0], to: other.places[0], weight: Infinity }
  let reach = Infinity
  let begin = to.length - 1
  for (let at = from.length - 1; at >= 0 && to[0] - from[at] <= reach; at--) {
    if (cores[one.places[at]] >= edge.weight) continue
    while (begin > 0 && to[begin - 1] >= from[at] - reach) begin--
    const end = sweep({ one, at, other, begin, reach, columns, manhattan, cores }, edge)
    work.left -= (end - begin) * columns
    if (work.left < 0) break
    reach = (manhattan ? edge.weight : Math.sqrt(edge.weight)) * (1 + marginOf(columns)) + slack
  }
  return edge
}

interface Sweep {
  one: Ordered
  at: number
  other: Ordered
  begin: number
  reach: number
  columns: number
  manhattan: boolean
  cores: Float32Array
}

/** Takes a nearer edge between a point and those of the other group from `begin` on; where they were out of reach. */
function sweep({ one, at, other, begin, reach, columns, manhattan, cores }: Sweep, edge: Edge): number {
  const { points, values, places } = other
  const limit = one.values[at] + reach
  const own = one.points.subarray(at * columns, (at + 1) * columns)
  const core = cores[one.places[at]]
  let to = begin
  for (; to < values.length && values[to] <= limit; to++) {
    let sum = 0
    for (let column = 0, from = to * columns; column < columns; column++, from++) {
      const difference = Math.fround(own[column] - points[from])
      sum = Math.fround(sum + (manhattan ? Math.abs(difference) : Math.fround(difference * difference)))
    }
    const weight = Math.max(sum, core, cores[places[to]])
    if (weight >= edge.weight) continue
    edge.from = one.places[at]
    edge.to = places[to]
    edge.weight = weight
  }
  return to
}

/** The points of a group by their ascending projections on an axis. */
function project({ places, points }: Group, axis: Float64Array): Ordered {
  const columns = axis.length
  const projections = new Float32Array(places.length)
  for (let row = 0, at = 0; row < places.length; row++) {
    let sum = 0
    for (let column = 0; column < columns; column++, at++) sum += axis[column] * points[at]
    projections[row] = sum
  }
  const order = ascendingOrder(projections)
  const sorted: Ordered = {
    places: order.map((row) => places[row]),
    points: new Float32Array(points.length),
    values: Float32Array.from(projections).sort(),
  }
  for (let to = 0; to < order.length; to++) {
    for (let column = 0; column < columns; column++)
      sorted.points[to * columns + column] = points[order[to] * columns + column]
  }
  return sorted
}
