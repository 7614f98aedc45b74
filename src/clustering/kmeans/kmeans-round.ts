import { type BufferScope, type Executor, type Step, step } from '../../engine/engine.js'
import { type EngineBuffer, UNIFORM_BYTES } from '../../engine/kernel.js'
import { beginRound } from '../../kernels/kmeans/begin-round.js'
import { endIteration } from '../../kernels/kmeans/end-iteration.js'
import { exportCentroids } from '../../kernels/kmeans/export-centroids.js'
import { foldSums } from '../../kernels/kmeans/fold-sums.js'
import { importCentroids } from '../../kernels/kmeans/import-centroids.js'
import { clusterWords } from '../../kernels/kmeans/kmeans-state.js'
import { nearestCentroid } from '../../kernels/kmeans/nearest-centroid.js'
import { packCentroids } from '../../kernels/kmeans/pack-centroids.js'
import { seedCentroids } from '../../kernels/kmeans/seed-centroids.js'
import { sumClusters } from '../../kernels/kmeans/sum-clusters.js'
import { updateMeans } from '../../kernels/kmeans/update-means.js'
import { chooseShift } from '../../kernels/points/choose-shift.js'
import { columnStatistics, STATISTICS_ROWS } from '../../kernels/points/column-statistics.js'
import { importTexels } from '../../kernels/points/import-texels.js'
import { sumCopies } from './sum-copies.js'
import { allocatePacked, nearestOptions } from './tiles.js'

/** What pipelines are made for. */
export interface KMeansShape {
  rows: number
  columns: number
  k: number
  /** Iterations of one `run`, `record` or `encode`, 1 … 1000; default 1. */
  iterations?: number
  /** Chooses the rows that centroids begin as where none are given, 0 … 2³² − 1; default 0. */
  seed?: number
}

/** Compiles what a round for points of this shape takes. */
export async function compileRound(
  executor: Executor,
  { rows, columns, k }: Pick<KMeansShape, 'rows' | 'columns' | 'k'>,
) {
  const { copies, options } = sumCopies(executor, rows, columns, k)
  const [begin, statistics, choose, seed, take, pack, nearest, sum, fold, update, end, give, texels] =
    await Promise.all([
      executor.compile(beginRound),
      executor.compile(columnStatistics),
      executor.compile(chooseShift),
      executor.compile(seedCentroids),
      executor.compile(importCentroids),
      executor.compile(packCentroids),
      executor.compile(nearestCentroid, nearestOptions(executor, columns, k)),
      executor.compile(sumClusters, options),
      copies > 1 ? executor.compile(foldSums) : null,
      executor.compile(updateMeans),
      executor.compile(endIteration),
      executor.compile(exportCentroids),
      // No texel has more channels.
      executor.device && columns <= 4 ? executor.compile(importTexels) : null,
    ])
  return { copies, begin, statistics, choose, seed, take, pack, nearest, sum, fold, update, end, give, texels }
}

export type RoundKernels = Awaited<ReturnType<typeof compileRound>>

/** What a round works on. */
export interface RoundBuffers {
  points: EngineBuffer
  labels: EngineBuffer
  centroids: EngineBuffer
  /** Of the rows that centroids begin as; null where centroids are given. */
  rowNumbers: EngineBuffer | null
  state: EngineBuffer
  firstBad: EngineBuffer
}

/** One round: centroids in, iterations, a last assignment, centroids out. */
export function roundSteps(
  kernels: RoundKernels,
  { rows, columns, k, iterations }: Required<KMeansShape>,
  scope: BufferScope,
  { points, labels, centroids: given, rowNumbers, state, firstBad }: RoundBuffers,
): Step[] {
  const blocks = Math.ceil(rows / STATISTICS_ROWS)
  const groups = Math.ceil(k / 4)
  const allocate = (name: string, words: number) => scope.allocate(`kmeans.${name}`, 4 * words)
  const statistics = allocate('statistics', 4 * blocks * columns)
  const shift = scope.allocate('kmeans.shift', UNIFORM_BYTES)
  const bounds = allocate('bounds', 2 * columns)
  const scales = allocate('scales', 2 * columns)
  const centroids = allocate('centroids', k * columns)
  const { packed, halfNorms } = allocatePacked(scope, columns, k, kernels.nearest.flags.UNIFORM)
  const moves = allocate('moves', 2 * rows)
  const { copies } = kernels
  const sumWords = Math.max(1, copies) * k * clusterWords(columns)
  const sums = allocate('sums', sumWords)
  const movements = allocate('movements', k)
  const none = allocate('unused', 1)
  const room = 61 - Math.ceil(Math.log2(rows))
  // Working coordinates have scale 1 here: the range is known on the device only.
  const scale = 1
  const assignment = [
    step(kernels.pack, { centroidCount: k, columns, groups, chunks: 1 }, { centroids, packed, halfNorms, state }),
    step(
      kernels.nearest,
      { firstRow: 0, rows, columns, groups, scale, chunk: 0 },
      { points, shift, packed, halfNorms, labels, moves, state },
    ),
  ]
  const iteration = [
    ...assignment,
    step(
      kernels.sum,
      { firstMove: 0, rows, centroidCount: k, columns, scale, weightScale: 1, chunk: 0, copies },
      { points, weights: none, shift, scales, labels, moves, sums, state },
    ),
    ...(kernels.fold ? [step(kernels.fold, { centroidCount: k, columns, copies }, { sums, state })] : []),
    step(
      kernels.update,
      { centroidCount: k, columns, weightExponent: 0, fillEmpty: 0 },
      { scales, sums, centroids, movements, state },
    ),
    step(kernels.end, { centroidCount: k, byMovement: 0, threshold: 0, fillEmpty: 0 }, { movements, state }),
  ]
  return [
    step(kernels.begin, { sumWords }, { state, firstBad, sums }),
    step(
      kernels.statistics,
      { rows, columns, firstBlock: 0, blocks, scale: 1 },
      { points, reference: points, statistics, firstBad },
    ),
    step(kernels.choose, { rows, columns, blocks }, { statistics, reference: points, shift, bounds }),
    ...(rowNumbers ? [step(kernels.seed, { centroidCount: k, columns }, { points, firstBad, rowNumbers, given })] : []),
    step(
      kernels.take,
      { centroidCount: k, columns, room },
      { given, shift, bounds, centroids, scales, firstBad, state },
    ),
    ...Array.from({ length: iterations }, () => iteration).flat(),
    ...assignment,
    step(kernels.give, { centroidCount: k, columns }, { centroids, shift, state, given }),
  ]
}
