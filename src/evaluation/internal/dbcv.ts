import { Turns } from '../../clustering/medoids/turns.js'
import { loadPoints } from '../../data/load-points.js'
import { type Engine, executorOf } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import { DBCV } from '../../options/evaluation.js'
import { readOptions } from '../../options/table.js'
import type { Points, Progress } from '../../types.js'
import { type Clusters, gatherMembers, readClusters } from './clusters.js'
import { type DensityTree, densityTree, reachTo } from './reachability-tree.js'

export interface DbcvOptions {
  /** Aborts the work; the promise rejects with `signal.reason`. */
  signal?: AbortSignal
  /** Stage: measure, which tells steps, at most three a point. */
  onProgress?: (progress: Progress) => void
}

/**
 * Density-based clustering validation (D. Moulavi et al., SIAM SDM 2014), −1 … 1; more is better. It suits clusters of any
 * shape: the widest gap inside each is compared with the least between it and another, by distances that are no shorter than
 * both points' distances to their own clusters. Noise, the label −1, lowers the result, and so do clusters of one point,
 * which count as noise. Equal points make their clusters dense.
 *
 * The work is done on the host, in float64; it grows with the squares of the sizes of clusters and, between their inner
 * points, with that of the number of points.
 *
 * @param labels any integers, one a point
 * @throws LloydError `InputError` for an argument outside its range, for less than two clusters of two points, for NaN or
 *   infinity in the points (with row and column); `DeviceLostError`
 */
export async function dbcv(
  engine: Engine,
  points: Points,
  labels: ArrayLike<number>,
  options: DbcvOptions = {},
): Promise<number> {
  const executor = executorOf(engine)
  const { signal, onProgress } = readOptions('dbcv', options, DBCV)
  signal?.throwIfAborted()
  await executor.idle() // Distances are measured here, but an engine that is gone is refused.
  const { data, rows, columns } = await loadPoints(executor, points, 'points')
  const parts = partsOf(new Float64Array(data), columns, readClusters(labels, rows, 'exclude'))
  const total = parts.reduce((sum, part) => sum + (3 * part.length) / columns, 0)
  const turns = new Turns(signal)
  const tell = (done: number) => onProgress?.({ stage: 'measure', done, total })
  let done = 0
  const step = () => {
    done++
    if (turns.due) return turns.take().then(() => tell(done))
  }
  tell(0)
  const trees: DensityTree[] = []
  for (const part of parts) trees.push(await densityTree(part, columns, step))
  const separations = await separationsOf(trees, columns, step)
  tell(total)
  signal?.throwIfAborted()
  return trees.reduce((sum, { cores, sparseness }, cluster) => {
    const separation = separations[cluster]
    const larger = Math.max(separation, sparseness)
    return larger === 0 ? sum : sum + ((cores.length / rows) * (separation - sparseness)) / larger
  }, 0)
}

/** The points of each cluster of two or more, in lexicographic order, so that the order of rows decides nothing. */
function partsOf(data: Float64Array, columns: number, { members, sizes, values }: Clusters): Float64Array[] {
  const parts: Float64Array[] = []
  for (let cluster = 0, first = 0; cluster < sizes.length; first += sizes[cluster++]) {
    if (sizes[cluster] < 2) continue
    const rows = members.slice(first, first + sizes[cluster])
    rows.sort((a, b) => compareRows(data, columns, a, b))
    parts.push(gatherMembers(data, columns, rows))
  }
  if (parts.length >= 2) return parts
  throw new LloydError(
    'InputError',
    `dbcv compares clusters of two points or more, at least two, without noise (−1); the labels make ${parts.length} of ${values.length}`,
  )
}

function compareRows(data: Float64Array, columns: number, row: number, other: number): number {
  let [i, j] = [row * columns, other * columns]
  const end = i + columns - 1
  while (i < end && data[i] === data[j]) {
    i++
    j++
  }
  return data[i] - data[j]
}

/** The least mutual reachability between internal points of each cluster and those of others. */
async function separationsOf(
  trees: readonly DensityTree[],
  columns: number,
  step: () => void | Promise<void>,
): Promise<Float64Array> {
  const separations = new Float64Array(trees.length).fill(Infinity)
  for (let cluster = 0; cluster < trees.length; cluster++) {
    const tree = trees[cluster]
    for (const node of tree.internal) {
      for (let other = cluster + 1; other < trees.length; other++) {
        const bound = Math.max(separations[cluster], separations[other])
        const reach = reachTo(columns, tree, node, trees[other], bound)
        separations[cluster] = Math.min(separations[cluster], reach)
        separations[other] = Math.min(separations[other], reach)
      }
      await step()
    }
  }
  return separations
}
