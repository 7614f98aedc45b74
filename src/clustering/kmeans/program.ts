import { type Executor, type Step, step } from '../../engine/engine.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import { endIteration } from '../../kernels/kmeans/end-iteration.js'
import { findEmptyClusters } from '../../kernels/kmeans/find-empty-clusters.js'
import { foldSums } from '../../kernels/kmeans/fold-sums.js'
import { clusterWords } from '../../kernels/kmeans/kmeans-state.js'
import { nearestCentroid } from '../../kernels/kmeans/nearest-centroid.js'
import { packCentroids } from '../../kernels/kmeans/pack-centroids.js'
import { sumClusters } from '../../kernels/kmeans/sum-clusters.js'
import { updateMeans } from '../../kernels/kmeans/update-means.js'
import { sumCopies } from './sum-copies.js'
import { nearestOptions } from './tiles.js'

// The dispatches of an iteration, an assignment and an update, as steps: `kmeans` runs them and a job bakes them.

/** The shape that steps are created for. */
export interface StepShape {
  columns: number
  k: number
  /** Factor of working coordinates. */
  scale: number
}

/** A chunk of points with the buffers for each point. */
export interface StepChunk {
  points: EngineBuffer
  weights: EngineBuffer
  labels: EngineBuffer
  /** Row and former label of the points whose label changed in this iteration. */
  moves: EngineBuffer
  /** Index of the chunk, by which the state counts its moves. */
  index: number
}

export async function compileAssignment(executor: Executor, columns: number, k: number, CUMULATIVE = false) {
  const { flags, ...nearest } = nearestOptions(executor, columns, k)
  const [pack, assign] = await Promise.all([
    executor.compile(packCentroids),
    executor.compile(nearestCentroid, { ...nearest, flags: { ...flags, CUMULATIVE } }),
  ])
  return { pack, assign }
}

/** Steps that assign points to the centroids, packed as they are then. */
export function assignmentSteps(
  { pack, assign }: Awaited<ReturnType<typeof compileAssignment>>,
  { columns, k, scale, chunks }: StepShape & { chunks: number },
  shared: Record<'centroids' | 'packed' | 'halfNorms' | 'shift' | 'state', EngineBuffer>,
) {
  const groups = Math.ceil(k / 4)
  return {
    pack: (): Step => step(pack, { centroidCount: k, columns, groups, chunks }, shared),
    /** Also lists the points that moved. */
    assign: (chunk: StepChunk, firstRow: number, rows: number): Step =>
      step(assign, { firstRow, rows, columns, groups, scale, chunk: chunk.index }, { ...chunk, ...shared }),
  }
}

/** With `fills`, iterations can stop if clusters are empty. */
export async function compileUpdate(
  executor: Executor,
  { rows, columns, k }: Pick<StepShape, 'columns' | 'k'> & { rows: number },
  { WEIGHTED, fills }: { WEIGHTED: boolean; fills: boolean },
) {
  const { copies, options } = sumCopies(executor, rows, columns, k)
  const [sum, fold, findEmpty, update, end] = await Promise.all([
    executor.compile(sumClusters, { ...options, flags: { WEIGHTED, ...options.flags } }),
    copies > 1 ? executor.compile(foldSums) : null,
    fills ? executor.compile(findEmptyClusters) : null,
    executor.compile(updateMeans, { flags: { WEIGHTED } }),
    executor.compile(endIteration),
  ])
  /** Number of words of the clusters' sums, in all copies. */
  const sumWords = Math.max(1, copies) * k * clusterWords(columns)
  return { copies, sumWords, sum, fold, findEmpty, update, end }
}

/** The conditions at the end of an iteration. */
export interface IterationEnd {
  /** Maximum total movement of the centroids at the last iteration, in working units; null: until no label changes. */
  threshold: number | null
  /** Stops before the update if clusters are empty. */
  fillEmpty: boolean
}

/** Steps that move each centroid to the mean of its points; weights are summed in units of 2^weightExponent. */
export function updateSteps(
  { copies, sum, fold, findEmpty, update, end }: Awaited<ReturnType<typeof compileUpdate>>,
  { columns, k, scale, weightExponent }: StepShape & { weightExponent: number },
  shared: Record<'centroids' | 'shift' | 'scales' | 'sums' | 'movements' | 'state', EngineBuffer>,
) {
  const shape = { centroidCount: k, columns, copies }
  return {
    /** Moves the points that changed their cluster from the sums of the former to those of the new one. */
    sum: (chunk: StepChunk, firstMove: number, rows: number): Step =>
      step(
        sum,
        { ...shape, firstMove, rows, scale, weightScale: 2 ** -weightExponent, chunk: chunk.index },
        { ...chunk, ...shared },
      ),
    update({ threshold, fillEmpty: fills }: IterationEnd): Step[] {
      const fillEmpty = fills ? 1 : 0
      const byMovement = threshold === null ? 0 : 1
      return [
        ...(fold ? [step(fold, shape, shared)] : []),
        ...(fills && findEmpty ? [step(findEmpty, shape, shared)] : []),
        step(update, { ...shape, weightExponent, fillEmpty }, shared),
        step(end, { ...shape, byMovement, threshold: threshold ?? 0, fillEmpty }, shared),
      ]
    },
  }
}
