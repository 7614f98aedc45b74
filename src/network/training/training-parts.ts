import type { BufferScope } from '../../engine/engine.js'
import { judgeEpoch } from '../../kernels/network/judge-epoch.js'
import { keepParameters } from '../../kernels/network/keep-parameters.js'
import { TrainingState } from '../../kernels/network/training-state.js'
import { type Model, requireBatch } from '../model.js'
import { Objective } from '../network.js'
import { Batches } from './batches.js'
import { divergenceBounds } from './divergence.js'
import type { Examples } from './examples.js'
import type { FitSettings } from './fit-options.js'
import { startOptimizer } from './optimizer.js'
import { tuneForTraining } from './tune-network.js'

/** Number of epochs whose losses the device keeps until the host reads them. */
export const HISTORY = 64

/** The model, data and settings of a training run. */
export interface TrainingTask {
  model: Model
  examples: Examples
  validation: Examples | null
  settings: FitSettings
}

/** Prepares the buffers and kernels of a training run on the device. */
export async function prepareTraining(scope: BufferScope, { model, examples, validation, settings }: TrainingTask) {
  const { set: points, labels } = examples
  const { epochs, batchSize, optimizer: chosen, clipNorm, heldOut } = settings
  const { executor, layout, weights, scaling } = model
  const { features, parameterCount } = layout
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0)
  const batchCount = (counts: readonly number[]) => sum(counts.map((count) => Math.ceil(count / batchSize)))
  const training = points.chunkRows.map((rows) => rows - heldOut(rows))
  const validating = validation ? validation.set.chunkRows : points.chunkRows.map(heldOut)
  const rows = Math.min(batchSize, Math.max(...points.chunkRows, ...(validation?.set.chunkRows ?? [])))
  requireBatch(layout, rows, executor.maxBufferBytes)
  const losses = scope.allocate('autoencoder.losses', 8 * (batchCount(training) + 1 + batchCount(validating)))
  const history = scope.allocate('autoencoder.history', 16 * HISTORY)
  const state = scope.allocate('autoencoder.state', 4 * TrainingState.words)
  const kept = scope.allocate('autoencoder.kept', 4 * parameterCount)
  const gradients = scope.allocate('autoencoder.gradients', 4 * parameterCount)
  const { noise } = model.architecture
  const chunkRows = Math.max(...points.chunkRows)
  const shape = { columns: features, rows, chunkRows, classified: labels !== null }
  const batches = await Batches.create(executor, scope, scaling, noise, shape)
  const bounds = await divergenceBounds(model, scope, points)
  const optimizer = await startOptimizer(
    executor,
    scope,
    chosen,
    { clipNorm, limit: bounds.limit, count: parameterCount },
    { weights, gradients, state },
  )
  const [judge, keep] = await Promise.all([executor.compile(judgeEpoch), executor.compile(keepParameters)])
  await tuneForTraining(executor, layout, rows, epochs * batchCount(training))
  const objective = await Objective.create(model, { weights, gradients }, rows, true)
  return {
    batches,
    objective,
    losses,
    history,
    state,
    kept,
    optimizer,
    judge,
    keep,
    firstRows: Math.min(batchSize, training[0]),
    bounds,
    trainingRows: sum(training),
    validationRows: sum(validating),
  }
}

export type TrainingParts = Awaited<ReturnType<typeof prepareTraining>>
