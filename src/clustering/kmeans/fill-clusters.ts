import { BufferScope } from '../../engine/engine.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import { clusterWords, KMeansState } from '../../kernels/kmeans/kmeans-state.js'
import type { Assignment, ChunkTask } from './assignment.js'
import { type EmptyClusters, farthestPoints, splitClusters } from './empty-clusters.js'
import type { IterationEnd } from './program.js'
import { copyRows } from './seeding.js'

/** The parts of an iteration that fill empty clusters: the sums of all clusters, and the rest of the iteration. */
export interface Filling {
  sums: EngineBuffer
  /** Moves the listed points between sums. */
  sum: ChunkTask
  update(end: IterationEnd): void
}

/**
 * Completes the iteration that stopped because of empty clusters. `farthest`: each takes the point farthest from its
 * centroid, which is removed from its cluster. `split`: after the update, each takes half of the largest cluster.
 * Returns false if nothing could be filled.
 */
export async function fillClusters(
  assignment: Assignment,
  { sums, sum, update }: Filling,
  emptyClusters: EmptyClusters,
  threshold: number | null,
): Promise<boolean> {
  const { executor, set, k, state } = assignment
  const words = clusterWords(set.columns)
  const sizes = new Uint32Array(await executor.read(sums, 0, 4 * k * words)).filter((_, at) => at % words === 0)
  const empty = [...sizes.keys()].filter((cluster) => sizes[cluster] === 0)
  const taken = emptyClusters === 'farthest' ? await takeFarthest(assignment, empty.length) : []
  for (const word of [KMeansState.stopped, KMeansState.empty]) {
    executor.write(state, new Uint32Array([0]), 4 * word)
  }
  if (taken.length > 0) {
    await movePoints(assignment, taken, empty)
    await assignment.pass(sum)
  }
  const filled = emptyClusters === 'split' || taken.length > 0
  // Centroids that moved to fill clusters have not converged, however little the others moved.
  update({ threshold: filled ? -1 : threshold, fillEmpty: false })
  return emptyClusters === 'split' ? await split(assignment, empty) : filled
}

/** At most `count` points that are farthest from their centroids, with their labels; those of weight 0 are skipped. */
async function takeFarthest(assignment: Assignment, count: number): Promise<{ row: number; label: number }[]> {
  const { labels, distances } = await assignment.measureAll()
  return farthestPoints(distances, count, assignment.set.weights).map((row) => ({ row, label: labels[row] }))
}

async function split(assignment: Assignment, empty: readonly number[]): Promise<boolean> {
  const { executor, set, k } = assignment
  const { labels, distances } = await assignment.measureAll()
  const sizes = new Uint32Array(k)
  const spreads = new Float64Array(k)
  for (const [row, label] of labels.entries()) {
    if (set.weights && set.weights[row] === 0) continue
    sizes[label]++
    spreads[label] += distances[row]
  }
  const centroids = new Float32Array(await executor.read(assignment.centroids))
  const filled = splitClusters(centroids, empty, sizes, spreads)
  executor.write(assignment.centroids, centroids)
  return filled
}

/** Assigns point `taken[i]` to cluster `clusters[i]`, whose centroid it becomes, and lists it as moved. */
async function movePoints(
  assignment: Assignment,
  taken: readonly { row: number; label: number }[],
  clusters: readonly number[],
): Promise<void> {
  const { executor, set } = assignment
  const { columns } = set
  const scope = new BufferScope(executor)
  try {
    const ascending = taken.map((point, i) => ({ ...point, cluster: clusters[i] })).sort((a, b) => a.row - b.row)
    const gathered = scope.allocate('kmeans.moved', 4 * taken.length * columns)
    const rows = ascending.map(({ row }) => row)
    await copyRows(executor, set, rows, gathered)
    const points = new Float32Array(await executor.read(gathered))
    for (const [at, { cluster }] of ascending.entries()) {
      const point = points.subarray(at * columns, (at + 1) * columns)
      executor.write(assignment.centroids, point, 4 * cluster * columns)
    }
    for (const [firstRow, { labels, moves, rows, index }] of assignment.chunks) {
      const inside = ascending.filter(({ row }) => row >= firstRow && row < firstRow + rows)
      for (const { row, cluster } of inside) executor.write(labels, new Uint32Array([cluster]), 4 * (row - firstRow))
      const listed = inside.flatMap(({ row, label }) => [row - firstRow, label])
      if (listed.length > 0) executor.write(moves, new Uint32Array(listed))
      executor.write(assignment.state, new Uint32Array([inside.length]), 4 * (KMeansState.moves + index))
    }
  } finally {
    scope.release()
  }
}
