import { type Engine, executorOf } from '../engine/engine.js'
import { LloydError, requireInteger } from '../engine/error.js'
import type { Points } from '../types.js'
import { checkOptions, fitPoints, type KMeansOptions, requireClusterMemory, requireClusters } from './kmeans.js'
import { refuseVanishing } from './matrix.js'
import { withPointSet } from './points.js'

export interface ElbowOptions extends Omit<KMeansOptions, 'k' | 'init'> {
  /** How the centroids of every k are found; rows of your own would fit only one k. */
  init?: Extract<KMeansOptions['init'], string>
  /** Fewest and most clusters, 1 ≤ from ≤ to ≤ points. */
  from: number
  to: number
}

/** The curve of the elbow method. Plain data. */
export interface Elbow {
  k: number[]
  /** Within-cluster sum of squares for each k. */
  inertia: number[]
  /** The k after which more clusters pay least: the curve's point farthest below the line between its ends. */
  knee: number
}

/**
 * Clusters with every k in a range and finds where the gain falls off.
 *
 * The knee is the point of the normalised curve with the greatest distance to the chord between its ends
 * (V. Satopää et al., "Finding a kneedle in a haystack", ICDCS Workshops 2011).
 */
export async function elbow(engine: Engine, points: Points, options: ElbowOptions): Promise<Elbow> {
  const executor = executorOf(engine)
  if (typeof options !== 'object' || options === null) {
    throw new LloydError('InputError', 'elbow needs options with a range of k, { from: 1, to: 10 }')
  }
  const { from, to, ...rest } = options
  requireInteger('from', from, 1, 65536)
  requireInteger('to', to, from, 65536)
  checkOptions({ ...rest, k: from })
  if (typeof rest.init === 'object' || typeof rest.init === 'function') {
    throw new LloydError('InputError', 'init of an elbow must name a method; given centroids fit only one k')
  }
  const { weights, signal } = options
  const check = (rows: number, columns: number) => {
    requireClusters(to, rows)
    requireClusterMemory(executor, to, columns)
    refuseVanishing(points, 'points')
  }
  return await withPointSet(executor, points, { weights, signal, check }, async (set) => {
    const k: number[] = []
    const inertia: number[] = []
    const total = to - from + 1
    for (let count = from; count <= to; count++) {
      options.onProgress?.({ stage: 'elbow', done: count - from, total })
      const settings = checkOptions({ ...rest, k: count, onProgress: undefined })
      k.push(count)
      inertia.push((await fitPoints(executor, set, settings, null)).inertia)
    }
    options.onProgress?.({ stage: 'elbow', done: total, total })
    return { k, inertia, knee: findKnee(k, inertia) }
  })
}

/** The k whose point lies farthest below the chord of the normalised curve; the first for fewer than three points. */
function findKnee(k: readonly number[], inertia: readonly number[]): number {
  const last = k.length - 1
  const drop = inertia[0] - inertia[last]
  let knee = k[0]
  let farthest = 0
  for (let i = 1; i < last; i++) {
    const below = (inertia[0] - inertia[i]) / drop - (k[i] - k[0]) / (k[last] - k[0])
    if (below > farthest) {
      farthest = below
      knee = k[i]
    }
  }
  return knee
}
