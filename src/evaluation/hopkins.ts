import { BufferScope, type Engine, type Executor, executorOf } from '../engine/engine.js'
import { LloydError } from '../engine/error.js'
import { randomBits } from '../kernels/shared/random.js'
import { type MeasuredPoints, measurePoints } from '../neighbors/measured-points.js'
import { nearestLists } from '../neighbors/nearest.js'
import { createPointForest } from '../neighbors/point-forest.js'
import { readOptions } from '../options/table.js'
import { HOPKINS, HOPKINS_TEST } from '../options/tendency.js'
import type { Points, Progress } from '../types.js'
import { betaTail } from './beta-tail.js'
import { drawRows } from './draw-rows.js'
import { type Box, boxOf, chord, measureBetween, toCircles } from './torus.js'

export interface HopkinsOptions {
  /**
   * Number m of points, and of places, whose nearest points are searched; by default a tenth of the points, at most 100.
   * With more than a tenth, the statistic of uniform points no longer follows Beta(m, m).
   */
  samples?: number
  /** Seed of the samples, 0 … 2³² − 1; 0 by default. */
  seed?: number
  /**
   * - `'torus'` (the default): distances across opposite faces of the bounding box, as if it were repeated, so that its
   *   edges lengthen none of them; without this, uniform points of 5 columns are far from Beta(m, m)
   * - `'none'`: plain distances, for columns of few values such as 0 and 1, whose ends the torus joins
   */
  edgeCorrection?: 'torus' | 'none'
  /** Aborts the work; the promise rejects with `signal.reason`. */
  signal?: AbortSignal
  /** Stages: sort, nearest. */
  onProgress?: (progress: Progress) => void
}

export interface HopkinsTestOptions extends HopkinsOptions {
  /** What a small p-value speaks for: clusters (the default), a regular pattern, or either. */
  alternative?: 'clustered' | 'regular' | 'two-sided'
}

export interface HopkinsTest {
  /** What `hopkins` returns. */
  statistic: number
  /** Probability of a statistic at least as far towards the alternative, if the points are uniform in their bounding box. */
  pValue: number
  /** Number m of samples: the statistic of uniform points follows Beta(m, m). */
  samples: number
}

/** Default number of samples: at most this, and a share of the points, so that few samples share a neighbour. */
const MOST_SAMPLES = 100
const SHARE = 10

/**
 * The Hopkins statistic, whether points have a tendency to cluster: Σ uᵈ / (Σ uᵈ + Σ wᵈ), with u the distances of uniform
 * places in the bounding box to their nearest points, w those of sampled points to their nearest others, and d the number
 * of columns that are not constant (B. Hopkins and J. G. Skellam, Annals of Botany 18, 1954; A. K. Jain and R. C. Dubes,
 * Algorithms for Clustering Data, 1988, §4.6; K. Wright, The R Journal 14, 2022, on the exponent and the torus).
 *
 * @returns 0 … 1: about 1/2 for uniform points, near 1 for clusters, below 1/2 for regular patterns
 * @throws LloydError `InputError` for an argument outside its range, fewer than two points, or none that differ; NaN or
 *   infinity in the points (with row and column); `OutOfMemoryError`; `DeviceLostError`
 */
export async function hopkins(engine: Engine, points: Points, options: HopkinsOptions = {}): Promise<number> {
  const executor = executorOf(engine)
  return (await compare(executor, points, readOptions('hopkins', options, HOPKINS))).statistic
}

/**
 * The Hopkins statistic with its p-value under Beta(m, m), which uniform points follow. That holds up to about 5 columns;
 * with more, nearest points are so far that the bounding box decides, and small p-values are too frequent.
 *
 * @throws LloydError as `hopkins`
 */
export async function hopkinsTest(
  engine: Engine,
  points: Points,
  options: HopkinsTestOptions = {},
): Promise<HopkinsTest> {
  const executor = executorOf(engine)
  const { alternative, ...settings } = readOptions('hopkinsTest', options, HOPKINS_TEST)
  const { statistic, complement, samples } = await compare(executor, points, settings)
  const [above, below] = [betaTail(samples, complement), betaTail(samples, statistic)]
  const either = Math.min(1, 2 * Math.min(above, below))
  return { statistic, pValue: { clustered: above, regular: below, 'two-sided': either }[alternative], samples }
}

type Settings = HopkinsOptions & { seed: number; edgeCorrection: 'torus' | 'none' }

/** The statistic, what it lacks to 1, and the number of samples. */
async function compare(executor: Executor, given: Points, settings: Settings) {
  settings.signal?.throwIfAborted()
  const points = await measurePoints(executor, given, 'euclidean', 0)
  const { rows, columns } = points
  if (rows < 2) throw new LloydError('InputError', `the Hopkins statistic needs at least 2 points, got ${rows}`)
  const samples = settings.samples ?? Math.max(1, Math.min(MOST_SAMPLES, Math.floor(rows / SHARE)))
  if (samples > rows) {
    throw new LloydError('InputError', `samples is ${samples} but there are only ${rows} points; use fewer`)
  }
  const box = boxOf(points)
  const varying = box.sides.reduce((count, side) => count + (side > 0 ? 1 : 0), 0)
  if (varying === 0)
    throw new LloydError('InputError', `all ${rows} points are equal; the Hopkins statistic needs others`)
  const sampled = drawRows(rows, samples, settings.seed)
  const queries = { ...points, data: new Float32Array(2 * samples * columns), rows: 2 * samples }
  for (let sample = 0; sample < samples; sample++) {
    const from = sampled[sample] * columns
    queries.data.set(points.data.subarray(from, from + columns), sample * columns)
    for (let column = 0; column < columns; column++) {
      const at = (samples + sample) * columns + column
      const unit = randomBits(settings.seed, sample, 2 * column + 1) / 2 ** 32
      queries.data[at] = box.least[column] + unit * box.sides[column]
    }
  }
  const distances = await nearestDistances(executor, { points, queries, sampled, box }, settings)
  // uᵈ of many columns is beyond float64, so that sums are logarithms.
  const w = logSum(distances.subarray(0, samples), varying)
  const u = logSum(distances.subarray(samples), varying)
  if (w === u) return { statistic: 0.5, complement: 0.5, samples }
  return { statistic: 1 / (1 + Math.exp(w - u)), complement: 1 / (1 + Math.exp(u - w)), samples }
}

interface Search {
  points: MeasuredPoints
  /** Sampled points, then as many places. */
  queries: MeasuredPoints
  /** Rows of the sampled points. */
  sampled: Uint32Array
  box: Box
}

/** Nearest points by their chords, whose distances are compared. */
const CANDIDATES = 4
/** Less than 1 by more than the rounding of float32 chords. */
const EXACT = 1 - 2 ** -16

/** The distance of each query to its nearest point, for sampled points to another. */
async function nearestDistances(executor: Executor, search: Search, settings: Settings): Promise<Float64Array> {
  const { points, queries, sampled, box } = search
  const { signal, onProgress, edgeCorrection } = settings
  const wrap = edgeCorrection === 'torus'
  const scope = new BufferScope(executor)
  try {
    const forest = createPointForest(executor, scope, wrap ? toCircles(points, box) : points, null)
    const asked = createPointForest(executor, scope, wrap ? toCircles(queries, box) : queries, null, forest.rows)
    onProgress?.({ stage: 'sort', done: points.rows, total: points.rows })
    const k = Math.min(CANDIDATES, points.rows)
    const lists = await nearestLists(executor, scope, forest, k, { signal, onProgress, queries: asked })
    const sides = wrap ? box.sides : null
    const measures = new Float64Array(queries.rows).fill(Infinity)
    const chords = new Float64Array(queries.rows)
    for (const { first, number, rows } of asked.chunks) {
      const { kept, places } = lists[number]
      for (let at = 0; at < kept * rows; at++) {
        const query = asked.order[first + Math.floor(at / kept)]
        const row = forest.order[places[at]]
        if (row === undefined) continue
        chords[query] = Math.max(chords[query], measureBetween(search, query, row, sides, chord))
        if (row === sampled[query]) continue
        measures[query] = Math.min(measures[query], measureBetween(search, query, row, sides))
      }
    }
    if (wrap && k < points.rows) {
      // The chord of a point that is not listed is at least that of the last listed one, and its distance at least its chord.
      for (let query = 0; query < queries.rows; query++) {
        if (measures[query] > chords[query] * EXACT) measures[query] = nearestOfAll(search, query)
      }
    }
    return measures.map(Math.sqrt)
  } finally {
    scope.release()
  }
}

/** The least squared distance on the torus from a query to a point, for sampled points to another. */
function nearestOfAll(search: Search, query: number): number {
  let least = Infinity
  for (let row = 0; row < search.points.rows; row++) {
    if (row !== search.sampled[query]) least = Math.min(least, measureBetween(search, query, row, search.box.sides))
  }
  return least
}

/** log Σ xᵈ. */
function logSum(values: Float64Array, power: number): number {
  let most = 0
  for (let at = 0; at < values.length; at++) most = Math.max(most, values[at])
  if (most === 0) return -Infinity
  let sum = 0
  for (let at = 0; at < values.length; at++) sum += (values[at] / most) ** power
  return power * Math.log(most) + Math.log(sum)
}
