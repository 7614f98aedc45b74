import { ANY_COLUMNS } from '../../data/matrix.js'
import { refuseCoarse } from '../../data/origin.js'
import { createPointSet, type PointSet } from '../../data/points.js'
import { BufferScope } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import type { Points } from '../../types.js'
import { checkColumns, requireFeatures } from '../inference.js'
import type { Model } from '../model.js'
import type { FitResult, FitSettings } from './fit-options.js'
import { Training } from './training.js'

/** Points to learn from, and where classes are learned the class of each. */
export interface Given {
  points: Points
  labels: ArrayLike<number> | null
  /** What messages call the points. */
  name: string
}

/** Points on the device, and for each chunk of them its classes. */
export interface Examples {
  set: PointSet
  labels: readonly EngineBuffer[] | null
  release(): void
}

/** Trains a model, one run at a time. */
export async function fitModel(
  model: Model,
  given: Given,
  validation: Given | null,
  settings: FitSettings,
): Promise<FitResult> {
  const { signal } = settings
  signal?.throwIfAborted()
  if (model.learning) throw new LloydError('InputError', 'this network is being trained; wait for that fit')
  model.learning = true
  const held: { release(): void }[] = []
  try {
    const load = async (given: Given) => {
      const examples = await loadExamples(model, given, signal)
      held.push(examples)
      return examples
    }
    const examples = await load(given)
    const validating = validation && (await load(validation))
    return await train(model, examples, validating, settings)
  } finally {
    for (const part of held.reverse()) part.release()
    model.learning = false
  }
}

/**
 * Trains with columns scaled by the points, unless an earlier fit has chosen the scaling. That of a run which fails goes
 * with the weights: it is undone where they have not moved, else stays with them, and the next fit chooses anew.
 */
async function train(
  model: Model,
  examples: Examples,
  validating: Examples | null,
  settings: FitSettings,
): Promise<FitResult> {
  const { scale: before } = model
  const scales = model.architecture.standardize && !model.settled
  if (scales) model.scaleBy(examples.set)
  let training: Training | null = null
  try {
    training = await Training.create(model, examples, validating, settings)
    const result = await training.run()
    model.settled = true
    return result
  } catch (error) {
    if (scales && !training?.moved) model.setScaling(before)
    throw error
  } finally {
    training?.release()
  }
}

async function loadExamples(model: Model, { points, labels, name }: Given, signal?: AbortSignal): Promise<Examples> {
  const { executor, layout } = model
  const values = labels && checkLabels(labels, layout.outputs)
  const checkShape = checkColumns(layout.features, name)
  const check = (rows: number, columns: number) => {
    checkShape(rows, columns)
    if (values) requireLabels(values, rows, name)
  }
  const set = await createPointSet(executor, points, {
    name,
    check,
    signal,
    mostColumns: ANY_COLUMNS,
    originOf: refuseCoarse,
  })
  const scope = new BufferScope(executor)
  try {
    requireFeatures(model, set, name)
    const buffers = values && uploadLabels(scope, values, set.chunkRows)
    return {
      set,
      labels: buffers,
      release() {
        set.release()
        scope.release()
      },
    }
  } catch (error) {
    set.release()
    scope.release()
    throw error
  }
}

/** Classes as the kernels take them: numbers that float32 holds exactly. */
export function checkLabels(labels: ArrayLike<number>, classes: number): Float32Array<ArrayBuffer> {
  if (typeof labels?.length !== 'number') {
    throw new LloydError('InputError', `labels must be an array of the class of each point, got ${typeof labels}`)
  }
  const values = Float32Array.from(labels)
  for (let i = 0; i < values.length; i++) {
    if (Number.isInteger(labels[i]) && labels[i] >= 0 && labels[i] < classes) continue
    throw new LloydError(
      'InputError',
      `labels[${i}] is ${labels[i]}; with ${classes} classes they are integers from 0 to ${classes - 1}`,
    )
  }
  return values
}

export function requireLabels(labels: ArrayLike<number>, rows: number, name: string): void {
  if (labels.length === rows) return
  throw new LloydError('InputError', `there are ${labels.length} labels for ${rows} ${name}; give one a point`)
}

/** A buffer of classes for each chunk of points. */
export function uploadLabels(
  scope: BufferScope,
  labels: Float32Array<ArrayBuffer>,
  chunkRows: readonly number[],
): EngineBuffer[] {
  let first = 0
  return chunkRows.map((rows) => {
    first += rows
    return scope.upload('classifier.labels', labels.subarray(first - rows, first))
  })
}
