import type { ElbowOptions } from '../clustering/kmeans/elbow.js'
import { checkBatches } from '../clustering/kmeans/kmeans.js'
import { type Engine, executorOf } from '../engine/engine.js'
import { GAP } from '../options/choose.js'
import { readOptions } from '../options/table.js'
import type { Points } from '../types.js'
import { withCounts } from './counts.js'
import { firstSufficient, gapCurve } from './gap-curve.js'
import { createPointFits } from './point-fits.js'
import { logOf, referenceSums } from './reference-sums.js'

export interface GapOptions extends ElbowOptions {
  /**
   * Number of runs of k-means for every number of clusters of every reference, of which the one with the lowest inertia
   * counts, 1 … 10 000; default 3. The points have as many, and ten times as many on the host, of a sample where there
   * are many, since a poor local optimum hides a gap or looks like one.
   */
  restarts?: number
  /** Number of sets of reference points, 1 … 10 000; default 60. */
  references?: number
}

/** The gap statistic. Plain data; the arrays have an entry for each number of clusters, `from` to `to`. */
export interface Gap {
  /**
   * The chosen number of clusters: the smallest whose gap is at least that of the next less its standard error, or `to` where
   * there is none.
   */
  k: number
  /** Mean ln W of the references less that of the points. */
  gap: number[]
  /** sd √(1 + 1 / references), where sd is the standard deviation of ln W over the references. */
  standardError: number[]
  /** ln W, where W is the sum of squared distances of the points to the centroids of their clusters. */
  logW: number[]
}

/**
 * The gap statistic (R. Tibshirani, G. Walther and T. Hastie, "Estimating the number of clusters in a data set via the
 * gap statistic", JRSS B 63, 2001): how much more than points without clusters each number of clusters brings together.
 * References are as many points, uniform in the box of the columns' ranges (§4 a), and clustered by k-means. Weights
 * count in W. A W below 10⁻¹² of that of one cluster is taken for that; where all points are equal, all logarithms are 0.
 *
 * The first sufficient gap is that of too few clusters where the clusters themselves are spread evenly over the box, as
 * many in two columns are: few centroids then gain no more than among uniform points, however far apart the clusters
 * are. Of uniform points it chooses more than one cluster in about one set of 20, since a single standard error decides.
 *
 * For each number of clusters a call takes `restarts` runs of k-means for every reference, as many for the points, ten
 * times as many for them on the host, and one that begins where the best of those ended; the host takes one of one
 * cluster. The host, in float64, has those of the references where rows × columns × `to` is at most 524 288, or
 * 4 194 304 where the engine computes on the same cores (a software adapter, the CPU); the engine has the others. With
 * `batchSize`, an `init` other than 'auto' and 'k-means++', or `emptyClusters` other than 'farthest', the engine has all,
 * and the points get `restarts` runs alone; likewise where 262 144 / (columns × `to`) is less than 16 × `to` rows and
 * less than all.
 *
 * @throws LloydError `InputError` for an argument outside its range, more clusters than points, NaN or infinity in the points
 *   (with row and column); `OutOfMemoryError`; `DeviceLostError`
 */
export async function gap(engine: Engine, points: Points, options: GapOptions): Promise<Gap> {
  const executor = executorOf(engine)
  const { references, onProgress, ...settings } = readOptions('gap', options, GAP)
  checkBatches(options)
  return await withCounts(executor, points, settings, async (set, counts) => {
    const total = counts.length * (1 + references)
    let done = 0
    const report = () => onProgress?.({ stage: 'gap', done: done++, total })
    report()
    const log = logOf(set)
    const logW: number[] = []
    const fit = await createPointFits(executor, set, settings.to, settings)
    for (const k of counts) {
      logW.push(log((await fit(k)).inertia))
      report()
    }
    const sums = await referenceSums(executor, set, counts, { ...settings, references }, report)
    const curve = gapCurve(
      logW,
      sums.map((inertias) => inertias.map(log)),
    )
    return { k: counts[firstSufficient(curve)], ...curve, logW }
  })
}
