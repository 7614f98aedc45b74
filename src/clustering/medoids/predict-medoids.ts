import { loadPoints } from '../../data/load-points.js'
import { type Engine, type Executor, executorOf } from '../../engine/engine.js'
import { LloydError, mustBe } from '../../engine/error.js'
import { type Metric, measureTogether } from '../../neighbors/measured-points.js'
import { PREDICT_MEDOIDS } from '../../options/medoids.js'
import { readOptions } from '../../options/table.js'
import type { Points, Progress } from '../../types.js'
import { type Distances, GivenDistances, largestDistance, PointDistances } from './distances.js'
import type { KMedoidsOptions } from './kmedoids.js'
import { Turns } from './turns.js'

export interface PredictMedoidsOptions {
  /** The points that were clustered, or any of them with all medoids; not needed with `'precomputed'` distances. */
  training?: Points
  /** What `kmedoids` returned for them, or the rows of its medoids among those that are given. */
  clustering: { medoids: ArrayLike<number> }
  /**
   * Distance of points, as it was given to `kmedoids`; Euclidean by default. `'precomputed'`: the points are a matrix with
   * the distance of each of them to every point that was clustered, or to any of those with all medoids.
   */
  metric?: KMedoidsOptions['metric']
  /** Aborts the work; the promise rejects with `signal.reason`. */
  signal?: AbortSignal
  /** Stage: label, with the number of medoids that points were compared with. */
  onProgress?: (progress: Progress) => void
}

/** The nearest medoid of each point. Plain data. */
export interface NearestMedoids {
  /** The number of the medoid, in `clustering.medoids`; of equally near ones the first. */
  labels: Uint32Array
  /** The distance to it. */
  distances: Float64Array
}

/**
 * The nearest medoid of other points in a clustering by `kmedoids`, and the distance to it. The points that were clustered
 * get their own labels, except for medoids that lie at the same place as another.
 *
 * @throws LloydError `InputError` for an argument outside its range, NaN or infinity in the points (with row and column);
 *   `DeviceLostError`
 */
export async function predictMedoids(
  engine: Engine,
  points: Points,
  options: PredictMedoidsOptions,
): Promise<NearestMedoids> {
  const executor = executorOf(engine)
  const settings = readOptions('predictMedoids', options, PREDICT_MEDOIDS)
  const { training, clustering, metric, signal, onProgress } = settings
  signal?.throwIfAborted()
  const { medoids } = clustering ?? {}
  if (!(medoids?.length > 0)) throw mustBe('clustering.medoids', 'row numbers of the training points', medoids)
  const distances =
    metric === 'precomputed'
      ? await givenDistances(executor, points, medoids)
      : await measuredDistances(executor, points, metric, { training, medoids })
  await executor.idle() // An engine that is gone is refused.
  const labels = new Uint32Array(distances.rows.length)
  const least = new Float64Array(labels.length).fill(Infinity)
  const measured = new Float64Array(labels.length)
  const turns = new Turns(signal)
  for (let number = 0; number < medoids.length; number++) {
    distances.measure(metric === 'precomputed' ? medoids[number] : number, measured)
    takeNearer(measured, number, labels, least)
    onProgress?.({ stage: 'label', done: number + 1, total: medoids.length })
    signal?.throwIfAborted()
    if (turns.due) await turns.take()
  }
  for (let row = 0; row < least.length; row++) least[row] *= distances.unit
  return { labels, distances: least }
}

/** Enters a medoid where it is nearer than those before. */
function takeNearer(distances: Float64Array, number: number, labels: Uint32Array, least: Float64Array): void {
  for (let row = 0; row < distances.length; row++) {
    if (distances[row] >= least[row]) continue
    least[row] = distances[row]
    labels[row] = number
  }
}

async function givenDistances(executor: Executor, points: Points, medoids: ArrayLike<number>): Promise<Distances> {
  const matrix = await loadPoints(executor, points, 'points')
  largestDistance(matrix)
  requireRows(medoids, matrix.columns)
  return new GivenDistances(matrix, 1, rowsFrom(0, matrix.rows))
}

/** Distances among the medoids and, after them, the points. */
async function measuredDistances(
  executor: Executor,
  points: Points,
  metric: Metric,
  { training, medoids }: { training: Points | undefined; medoids: ArrayLike<number> },
): Promise<Distances> {
  if (training === undefined) throw mustBe('training', 'the points that were clustered', training)
  const [trained, { data, rows, columns, ...measured }] = await measureTogether(
    executor,
    { training, points },
    metric,
    0,
  )
  requireRows(medoids, trained.rows)
  const { length: k } = medoids
  const all = new Float32Array((k + rows) * columns)
  for (let number = 0; number < k; number++) {
    const from = medoids[number] * columns
    all.set(trained.data.subarray(from, from + columns), number * columns)
  }
  all.set(data, k * columns)
  const together = { ...measured, data: all, rows: k + rows, columns }
  return new PointDistances(together, metric === 'euclidean', rowsFrom(k, rows))
}

function requireRows(medoids: ArrayLike<number>, rows: number): void {
  for (let at = 0; at < medoids.length; at++) {
    const row = medoids[at]
    if (Number.isInteger(row) && row >= 0 && row < rows) continue
    throw new LloydError('InputError', `clustering.medoids[${at}] is ${row}; row numbers are 0 … ${rows - 1}`)
  }
}

function rowsFrom(first: number, count: number): Uint32Array {
  const rows = new Uint32Array(count)
  for (let row = 0; row < count; row++) rows[row] = first + row
  return rows
}
