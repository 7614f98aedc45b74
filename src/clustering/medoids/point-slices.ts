import { NONE } from '../../kernels/shared/none.js'
import { type Distances, GivenDistances, PointDistances } from './distances.js'

/** The largest distance that kernels get instead of Infinity. */
const FARTHEST = 3e38

/** Points by clusters, with what the kernel reads of each. */
export interface PointGroups {
  /** Number of clusters. */
  count: number
  /** Points, cluster after cluster, each with the number of its own; others have no part. */
  order: Uint32Array
  clusterOf(point: number): number
  weights: ArrayLike<number>
  /** Distances to the nearest and the second nearest medoid of each point. */
  nearest: ArrayLike<number>
  second: ArrayLike<number>
}

/** Consecutive groups of four points for the kernel. */
export interface Slice {
  pointGroups: number
  parts: number
  values: Float32Array<ArrayBuffer>
  clusters: Uint32Array<ArrayBuffer>
}

/** Points in slices of at most `most` groups, each cluster filled to whole groups. */
export function sliceGroups(distances: Distances, points: PointGroups, most: number): Slice[] {
  const { order, clusterOf, count } = points
  const slices: Slice[] = []
  // Places of the slice that is being filled: points, and −1 for nothing.
  let places: number[] = []
  let clusters: number[] = []
  const close = () => {
    slices.push({
      pointGroups: places.length / 4,
      parts: clusters.length / 2,
      values: packPoints(distances, points, places),
      clusters: Uint32Array.from(clusters),
    })
    places = []
    clusters = []
  }
  for (let cluster = 0, at = 0; cluster < count; cluster++) {
    while (at < order.length && clusterOf(order[at]) === cluster) {
      if (places.length === 4 * most) {
        clusters.push(most, NONE)
        close()
      }
      for (let lane = 0; lane < 4; lane++) {
        places.push(at < order.length && clusterOf(order[at]) === cluster ? order[at++] : -1)
      }
    }
    clusters.push(places.length / 4, cluster)
  }
  close()
  return slices
}

/** Coordinates, or rows, then distances and weights, column after column. */
function packPoints(
  distances: Distances,
  { weights, nearest, second }: PointGroups,
  places: readonly number[],
): Float32Array<ArrayBuffer> {
  const { rows, scale } = distances
  const width = places.length
  const columns = distances instanceof PointDistances ? distances.measured.columns : 1
  const values = new Float32Array(Math.max(4, width) * (columns + 3))
  for (let place = 0; place < width; place++) {
    const point = places[place]
    if (point < 0) continue
    if (distances instanceof PointDistances) {
      const { data } = distances.measured
      const from = rows[point] * columns
      for (let column = 0; column < columns; column++) values[column * width + place] = data[from + column]
    } else values[place] = point
    const weight = weights[point] * scale
    if (weight === 0) continue
    values[columns * width + place] = Math.min(FARTHEST, weight * nearest[point])
    values[(columns + 1) * width + place] = Math.min(FARTHEST, weight * second[point])
    values[(columns + 2) * width + place] = weights[point]
  }
  return values
}

/** Coordinates of candidates, column after column, or their distances, point after point; those of NONE are 0. */
export function packCandidates(distances: Distances, candidates: Uint32Array): Float32Array<ArrayBuffer> {
  const width = candidates.length
  if (distances instanceof GivenDistances) {
    const { rows, scale } = distances
    const { data, columns } = distances.matrix
    const values = new Float32Array(width * rows.length)
    for (let point = 0; point < rows.length; point++) {
      const [from, to] = [rows[point] * columns, point * width]
      for (let at = 0; at < candidates.length; at++)
        if (candidates[at] !== NONE) values[to + at] = data[from + candidates[at]] * scale
    }
    return values
  }
  if (!(distances instanceof PointDistances)) throw new TypeError('distances are given or those of points')
  const { data, columns } = distances.measured
  const values = new Float32Array(width * columns)
  for (let at = 0; at < candidates.length; at++) {
    if (candidates[at] === NONE) continue
    const from = candidates[at] * columns
    for (let column = 0; column < columns; column++) values[column * width + at] = data[from + column]
  }
  return values
}
