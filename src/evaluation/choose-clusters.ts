import { checkBatches, type KMeans } from '../clustering/kmeans/kmeans.js'
import { findKnee } from '../clustering/kmeans/knee.js'
import { sampleRows } from '../clustering/kmeans/seeding.js'
import { gaussianMixture } from '../clustering/mixture/gaussian-mixture.js'
import { loadPoints } from '../data/load-points.js'
import type { PointSet } from '../data/points.js'
import { type Engine, executorOf } from '../engine/engine.js'
import { mustBe } from '../engine/error.js'
import { CHOOSE_CLUSTERS } from '../options/choose.js'
import { readOptions } from '../options/table.js'
import type { Points } from '../types.js'
import { withCounts } from './counts.js'
import type { GapOptions } from './gap.js'
import { firstSufficient, gapCurve } from './gap-curve.js'
import { silhouette } from './internal/silhouette.js'
import { createPointFits } from './point-fits.js'
import { logOf, referenceSums } from './reference-sums.js'
import { choiceOf, summaryOf } from './votes.js'

export type Criterion = 'elbow' | 'silhouette' | 'gap' | 'bic'

export interface ChooseClustersOptions extends GapOptions {
  /** The criteria that choose; by default all. */
  criteria?: readonly Criterion[]
}

/** The curves of the criteria, with an entry for each number of clusters. */
export interface ClusterCurves {
  /** `from` to `to`. */
  k: number[]
  /** Sum of squared distances to the centroids. */
  inertia: number[]
  /** Mean silhouette; null for one cluster and for as many as points. */
  silhouette?: (number | null)[]
  /** The gap statistic and its standard error. */
  gap?: number[]
  standardError?: number[]
  /** Bayesian information criterion of a mixture of k normal distributions with full covariances. */
  bic?: number[]
}

/** A number of clusters, and the reasons. Plain data. */
export interface ClusterChoice {
  /**
   * The number that most criteria choose; of several, that of the first of gap, silhouette, bic and elbow that chooses one
   * of them. Null where no criterion chooses.
   */
  k: number | null
  curves: ClusterCurves
  /**
   * The choice of each criterion: the knee of the inertia, which may be null; the greatest silhouette, null where there is
   * none; the first gap that is at least the next less its standard error; the least bic. Of equal values the lowest k.
   */
  choices: Partial<Record<Criterion, number | null>>
  /** A sentence that says so. */
  summary: string
}

/** Most points whose silhouettes are measured; of more, as many random ones. */
const SILHOUETTE_ROWS = 10_000

/**
 * The number of clusters by several criteria: each k in a range is clustered as `gap` clusters the points, by k-means from
 * many seeds, and the best fit serves the knee of `elbow`, the mean `silhouette` (of more than 10 000 points, that of a
 * random 10 000 of them; weights do not count), `gap`, and as the start of a `gaussianMixture` whose bic is taken. `gap`
 * describes the number of runs; without the criterion gap there are none for references.
 *
 * @throws LloydError `InputError` for an argument outside its range, more clusters than points, NaN or infinity in the points
 *   (with row and column), more than 256 columns for bic; `OutOfMemoryError`; `DeviceLostError`
 */
export async function chooseClusters(
  engine: Engine,
  points: Points,
  options: ChooseClustersOptions,
): Promise<ClusterChoice> {
  const executor = executorOf(engine)
  const { criteria, references, onProgress, ...settings } = readOptions('chooseClusters', options, CHOOSE_CLUSTERS)
  checkBatches(options)
  requireCriteria(criteria)
  const asks = (criterion: Criterion) => criteria.includes(criterion)
  return await withCounts(executor, points, settings, async (set, k) => {
    const total = k.length * (1 + (asks('gap') ? references : 0))
    let done = 0
    const report = () => onProgress?.({ stage: 'choose', done: done++, total })
    report()
    const meanSilhouette = asks('silhouette') ? await silhouettesOf(engine, points, set, settings) : null
    const curves: ClusterCurves = { k: [...k], inertia: [] }
    const fitWith = await createPointFits(executor, set, settings.to, settings)
    for (const count of k) {
      const fit = await fitWith(count)
      curves.inertia.push(fit.inertia)
      if (meanSilhouette) (curves.silhouette ??= []).push(await meanSilhouette(fit))
      if (asks('bic')) {
        const { weights, seed, signal } = settings
        const mixture = { components: count, init: fit.centroids, weights, seed, signal }
        ;(curves.bic ??= []).push((await gaussianMixture(engine, points, mixture)).bic)
      }
      report()
    }
    if (asks('gap')) {
      const log = logOf(set)
      const sums = await referenceSums(executor, set, k, { ...settings, references }, report)
      Object.assign(
        curves,
        gapCurve(
          curves.inertia.map(log),
          sums.map((inertias) => inertias.map(log)),
        ),
      )
    }
    const choices = choicesOf(curves, criteria, set)
    const chosen = choiceOf(choices)
    return { k: chosen, curves, choices, summary: summaryOf(chosen, choices) }
  })
}

function requireCriteria(criteria: readonly Criterion[]): void {
  const { names } = CHOOSE_CLUSTERS.criteria
  if (criteria.length > 0 && criteria.every((each) => names.includes(each))) return
  throw mustBe('criteria', `some of ${names.map((name) => `'${name}'`).join(', ')}`, criteria, JSON.stringify(criteria))
}

/** Measures the mean silhouette of a fit, by all points or a sample of them. */
async function silhouettesOf(
  engine: Engine,
  points: Points,
  { rows }: PointSet,
  { seed, signal }: { seed: number; signal?: AbortSignal },
): Promise<(fit: KMeans<Float32Array | Float64Array>) => Promise<number | null>> {
  const matrix = await loadPoints(executorOf(engine), points, 'points')
  const { columns } = matrix
  const chosen = rows > SILHOUETTE_ROWS ? sampleRows(rows, SILHOUETTE_ROWS, seed) : null
  const sample = chosen && {
    data:
      matrix.data.constructor === Float32Array
        ? new Float32Array(chosen.length * columns)
        : new Float64Array(chosen.length * columns),
    rows: chosen.length,
    columns,
  }
  for (const [at, row] of (chosen ?? []).entries()) {
    sample!.data.set(matrix.data.subarray(row * columns, (row + 1) * columns), at * columns)
  }
  return async ({ labels }) => {
    const own = chosen ? Uint32Array.from(chosen, (row) => labels[row]) : labels
    const clusters = new Set(own).size
    if (clusters < 2 || clusters === own.length) return null
    return (await silhouette(engine, sample ?? matrix, own, { signal })).mean
  }
}

function choicesOf(curves: ClusterCurves, criteria: readonly Criterion[], set: PointSet): ClusterChoice['choices'] {
  const { k, inertia, gap, standardError, bic } = curves
  const counted = set.weights ? set.weights.reduce((count, weight) => count + (weight > 0 ? 1 : 0), 0) : set.rows
  const choose: Record<Criterion, () => number | null> = {
    elbow: () => findKnee(k, inertia, counted),
    silhouette: () => greatest(k, curves.silhouette!),
    gap: () => k[firstSufficient({ gap: gap!, standardError: standardError! })],
    bic: () =>
      greatest(
        k,
        bic!.map((value) => -value),
      ),
  }
  return Object.fromEntries(criteria.map((criterion) => [criterion, choose[criterion]()]))
}

/** The lowest k of the greatest value; null where there is none. */
function greatest(k: readonly number[], values: readonly (number | null)[]): number | null {
  let best: { k: number; value: number } | null = null
  for (const [at, value] of values.entries()) {
    if (value !== null && (best === null || value > best.value)) best = { k: k[at], value }
  }
  return best?.k ?? null
}
