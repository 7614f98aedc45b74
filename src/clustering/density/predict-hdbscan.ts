import { BufferScope, type Engine, type Executor, executorOf } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import { NONE } from '../../kernels/shared/none.js'
import { firstBounds } from '../../neighbors/first-bounds.js'
import { type MeasuredPoints, type Metric, measureTogether } from '../../neighbors/measured-points.js'
import { nearestMeasures } from '../../neighbors/nearest.js'
import { createPointForest, type PointForest } from '../../neighbors/point-forest.js'
import { searchOthers } from '../../neighbors/search-others.js'
import { PREDICT_HDBSCAN } from '../../options/density.js'
import { readOptions } from '../../options/table.js'
import type { Points, Progress } from '../../types.js'
import type { CondensedTree } from './condense.js'
import { describePoints, type Hierarchy, type Memberships, readHierarchy } from './select-clusters.js'

export interface PredictHdbscanOptions {
  /** The points that were clustered. */
  training: Points
  /** What `hdbscan` returned for them. */
  clustering: { condensed: Pick<CondensedTree, 'parent' | 'lambda'>; selected: Uint32Array }
  /** Number of points within a point's core distance, as it was given to `hdbscan` or was its `minClusterSize`. */
  minSamples: number
  /** Distance of points, as it was given to `hdbscan`; Euclidean by default. */
  metric?: Metric
  /** Aborts the work; the promise rejects with `signal.reason`. */
  signal?: AbortSignal
  /** Stages: sort; nearest, first of the training points; reach. */
  onProgress?: (progress: Progress) => void
}

/**
 * The approximate memberships of other points in a clustering by `hdbscan`, which does not change for them: a point joins
 * the training point that is nearest by mutual reachability, with its core distance among the training points, and is in
 * the innermost cluster of that point which there is at this distance (`approximate_predict` of L. McInnes, J. Healy and
 * S. Astels, "hdbscan: Hierarchical density based clustering", JOSS 2017). Unlike there, it leaves with that point where
 * that leaves sooner, so that the points that were clustered get their own labels, probabilities and outlier scores.
 *
 * The core distances of the training points are searched for anew.
 *
 * @throws LloydError `InputError` for an argument outside its range, NaN or infinity in the points (with row and column);
 *   `OutOfMemoryError`; `DeviceLostError`
 */
export async function predictHdbscan(
  engine: Engine,
  points: Points,
  options: PredictHdbscanOptions,
): Promise<Memberships> {
  const executor = executorOf(engine)
  const settings = readOptions('predictHdbscan', options, PREDICT_HDBSCAN)
  const { training, clustering, minSamples, metric, ...control } = settings
  control.signal?.throwIfAborted()
  const sets = await measureTogether(executor, { training, points }, metric, 0)
  const { condensed, selected, hierarchy } = requireTree(clustering, sets[0].rows)
  const nearest = await nearestReachable(executor, sets, minSamples, control)
  const count = nearest.rows.length
  const exits = { parent: new Uint32Array(count), lambda: new Float64Array(count) }
  for (let row = 0; row < count; row++) {
    const neighbor = nearest.rows[row]
    const lambda = 1 / nearest.distances[row]
    exits.parent[row] = condensed.parent[neighbor]
    exits.lambda[row] = Math.min(lambda, condensed.lambda[neighbor])
    if (condensed.lambda[neighbor] > lambda) exits.parent[row] = clusterAt(hierarchy, exits.parent[row], lambda)
  }
  return describePoints(exits, hierarchy, selected, count)
}

/** The innermost cluster around a cluster, or itself, that appeared before λ. */
function clusterAt({ points, parent, birth }: Hierarchy, number: number, lambda: number): number {
  let cluster = number - points
  while (cluster > 0 && birth[cluster] >= lambda) cluster = parent[cluster]
  return points + cluster
}

interface Control {
  signal?: AbortSignal
  onProgress?: (progress: Progress) => void
}

/** The training point that is nearest to each of the others by mutual reachability, and that distance. */
async function nearestReachable(
  executor: Executor,
  [trained, measured]: MeasuredPoints[],
  minSamples: number,
  control: Control,
) {
  const scope = new BufferScope(executor)
  try {
    // In an order that the numbers of rows do not decide, so that they do not choose among points at the same distance.
    const sorted = sortPoints(trained)
    const forest = createPointForest(executor, scope, sorted.points, null)
    const queries = createPointForest(executor, scope, measured, null, forest.rows)
    control.onProgress?.({ stage: 'sort', done: queries.rows, total: queries.rows })
    const k = Math.min(minSamples, forest.rows)
    const coresOf = async (queries?: PointForest) =>
      k > 1 ? await nearestMeasures(executor, scope, forest, k, { ...control, queries }) : null
    const [cores, own] = [await coresOf(), await coresOf(queries)]
    // With an own core distance of 0 the same point is the nearest.
    const all = new Float32Array(forest.rows + queries.rows)
    if (cores) all.set(cores)
    const bounds = new Float32Array(all.length)
    bounds.set(await firstBounds(forest, queries, 0, leastWeight(all), control.signal), forest.rows)
    const found = await searchOthers(executor, {
      ...control,
      forest,
      queries,
      components: Uint32Array.from(all, (_, place) => (place < forest.rows ? NONE : place)),
      cores: all,
      bounds,
      searched: queries.chunks.map(({ rows }) => Uint32Array.from({ length: rows }, (_, row) => row)),
      stage: 'reach',
    })
    const rows = new Uint32Array(queries.rows)
    const distances = new Float64Array(queries.rows)
    for (const { first, number } of queries.chunks) {
      const floats = new Float32Array(found[number].buffer)
      for (let at = 0; at < found[number].length; at += 4) {
        const place = first + found[number][at]
        rows[queries.order[place]] = sorted.order[forest.order[found[number][at + 2]]]
        distances[queries.order[place]] = measured.distanceOf(Math.max(floats[at + 1], own?.[place] ?? 0))
      }
    }
    return { rows, distances }
  } finally {
    scope.release()
  }
}

/** The least mutual reachability of some points from one whose core distance is 0. */
const leastWeight = (cores: Float32Array) => (measures: Float32Array, first: number) => {
  let least = Infinity
  for (let at = 0; at < measures.length; at++) least = Math.min(least, Math.max(measures[at], cores[first + at]))
  return least
}

/** Points in ascending order of their first column, then of the next. */
function sortPoints({ data, ...points }: MeasuredPoints): { points: MeasuredPoints; order: Uint32Array } {
  const { rows, columns } = points
  const order = Uint32Array.from({ length: rows }, (_, row) => row).sort((a, b) => {
    let column = 0
    while (column < columns - 1 && data[a * columns + column] === data[b * columns + column]) column++
    return data[a * columns + column] - data[b * columns + column]
  })
  const sorted = new Float32Array(data.length)
  for (let place = 0; place < rows; place++) {
    const at = order[place] * columns
    sorted.set(data.subarray(at, at + columns), place * columns)
  }
  return { points: { ...points, data: sorted }, order }
}

/** Throws an `InputError` unless this is a condensed tree of `points` points with selected clusters. */
function requireTree(clustering: PredictHdbscanOptions['clustering'], points: number) {
  const { condensed, selected } = clustering ?? {}
  const { parent, lambda } = condensed ?? {}
  const count = parent?.length + 1 - points
  const isTree =
    count >= 1 &&
    lambda?.length === parent.length &&
    parent.every((around, line) => around >= points && around < (line < points ? points + count : line + 1)) &&
    lambda.every((value) => value >= 0)
  if (
    isTree &&
    ArrayBuffer.isView(selected) &&
    selected.every((number) => number > points && number < points + count)
  ) {
    return { condensed, selected, hierarchy: readHierarchy(condensed, points) }
  }
  throw new LloydError(
    'InputError',
    `clustering must be what hdbscan returned for the ${points} training points: a condensed tree of theirs, and its selected clusters`,
  )
}
