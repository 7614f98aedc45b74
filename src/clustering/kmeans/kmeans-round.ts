import { type BufferScope, type Executor, type Step, step } from '../../engine/engine.js'
import { type EngineBuffer, UNIFORM_BYTES } from '../../engine/kernel.js'
import { beginRound } from '../../kernels/kmeans/begin-round.js'
import { exportCentroids } from '../../kernels/kmeans/export-centroids.js'
import { importCentroids } from '../../kernels/kmeans/import-centroids.js'
import { seedCentroids } from '../../kernels/kmeans/seed-centroids.js'
import { chooseShift } from '../../kernels/points/choose-shift.js'
import { columnStatistics, STATISTICS_ROWS } from '../../kernels/points/column-statistics.js'
import { importTexels } from '../../kernels/points/import-texels.js'
import { assignmentSteps, compileAssignment, compileUpdate, updateSteps } from './program.js'
import { allocatePacked } from './tiles.js'

/** The shape that pipelines are compiled for: `rows` 1 … 2³¹, `columns` 1 … 4096, `k` 1 … 65 536 and at most `rows`. */
export interface KMeansShape {
  rows: number
  columns: number
  k: number
  /** Number of iterations of one `run`, `record` or `encode`, 1 … 1000; default 1. */
  iterations?: number
  /** Seed of the random rows that centroids start as, unless centroids are given; 0 … 2³² − 1, default 0. */
  seed?: number
}

/** Compiles the kernels of a round for points of this shape. */
export async function compileRound(
  executor: Executor,
  { rows, columns, k }: Pick<KMeansShape, 'rows' | 'columns' | 'k'>,
) {
  const [begin, statistics, choose, seed, take, assignment, update, give, texels] = await Promise.all([
    executor.compile(beginRound),
    executor.compile(columnStatistics),
    executor.compile(chooseShift),
    executor.compile(seedCentroids),
    executor.compile(importCentroids),
    compileAssignment(executor, columns, k),
    compileUpdate(executor, { rows, columns, k }, { WEIGHTED: false, fills: false }),
    executor.compile(exportCentroids),
    // Texels have at most four channels.
    executor.device && columns <= 4 ? executor.compile(importTexels) : null,
  ])
  return { begin, statistics, choose, seed, take, assignment, update, give, texels }
}

export type RoundKernels = Awaited<ReturnType<typeof compileRound>>

/** The buffers of a round. */
export interface RoundBuffers {
  points: EngineBuffer
  labels: EngineBuffer
  centroids: EngineBuffer
  /** Indices of the rows that centroids start as; null if centroids are given. */
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
  const allocate = (name: string, words: number) => scope.allocate(`kmeans.${name}`, 4 * words)
  const statistics = allocate('statistics', 4 * blocks * columns)
  const shift = scope.allocate('kmeans.shift', UNIFORM_BYTES)
  const bounds = allocate('bounds', 2 * columns)
  const scales = allocate('scales', 2 * columns)
  const centroids = allocate('centroids', k * columns)
  const packed = allocatePacked(scope, columns, k, kernels.assignment.assign.flags.UNIFORM)
  const { sumWords } = kernels.update
  const sums = allocate('sums', sumWords)
  const room = 61 - Math.ceil(Math.log2(rows))
  // The range is known only on the device.
  const shape = { columns, k, scale: 1, chunks: 1, weightExponent: 0 }
  const shared = { centroids, ...packed, shift, scales, sums, movements: allocate('movements', k), state }
  const chunk = { points, weights: allocate('unused', 1), labels, moves: allocate('moves', 2 * rows), index: 0 }
  const { pack, assign } = assignmentSteps(kernels.assignment, shape, shared)
  const { sum, update } = updateSteps(kernels.update, shape, shared)
  const assignment = [pack(), assign(chunk, 0, rows)]
  const iteration = [...assignment, sum(chunk, 0, rows), ...update({ threshold: null, fillEmpty: false })]
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
