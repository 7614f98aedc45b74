import { ANY_COLUMNS } from '../../data/matrix.js'
import { refuseCoarse } from '../../data/origin.js'
import { createPointSet, type PointSet } from '../../data/points.js'
import { BufferScope } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import type { Points } from '../../types.js'
import { checkColumns, requireFeatures } from '../inference.js'
import type { Model } from '../model.js'

/** Points to learn from and, for a classifier, the class of each. */
export interface Given {
  points: Points
  labels: ArrayLike<number> | null
  /** The name of the points in messages. */
  name: string
}

/** Points on the device, and the classes of each chunk. */
export interface Examples {
  set: PointSet
  labels: readonly EngineBuffer[] | null
  release(): void
}

/** Uploads points and classes to the device. */
export async function loadExamples(
  model: Model,
  { points, labels, name }: Given,
  signal?: AbortSignal,
): Promise<Examples> {
  const { executor, layout } = model
  const values = labels === null ? null : checkLabels(labels, layout.outputs)
  const checkShape = checkColumns(layout.features, name)
  const check = (rows: number, columns: number) => {
    checkShape(rows, columns)
    if (values) requireLabels(values, rows, name)
  }
  const set = await createPointSet(executor, points, {
    name,
    check,
    signal,
    maxColumns: ANY_COLUMNS,
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

/** Classes in the form that kernels take: exact float32 numbers. */
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
  throw new LloydError('InputError', `got ${labels.length} labels for ${rows} ${name}; give one per point`)
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
