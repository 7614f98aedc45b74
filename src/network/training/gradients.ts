import { ANY_COLUMNS, toMatrix } from '../../data/matrix.js'
import { refuseCoarse } from '../../data/origin.js'
import { type PointSet, withPointSet } from '../../data/points.js'
import { BufferScope } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import type { Matrix, Points, TypedArray } from '../../types.js'
import { batchRows, checkColumns, requireFeatures } from '../inference.js'
import type { Model } from '../model.js'
import { Objective } from '../network.js'
import { Batches } from './batches.js'
import { checkLabels, type Given, requireLabels, uploadLabels } from './examples.js'

/** The loss at some points and its gradients. */
export interface Gradients {
  /** Sum over features, mean over points, including the penalty. */
  loss: number
  /** The penalty alone. */
  penalty: number
  /** Gradients by the names of `readParameters`. */
  gradients: Record<string, Matrix>
}

/** The loss of points and its gradient with respect to every parameter. */
export async function differentiate(
  model: Model,
  { points, labels, name }: Given,
  epsilon: Points | undefined,
  seed: number,
): Promise<Gradients> {
  const { executor, architecture, layout } = model
  const given = epsilon === undefined ? null : await toMatrix(executor, epsilon, 'epsilon', ANY_COLUMNS)
  if (given && !architecture.variational) {
    throw new LloydError('InputError', 'epsilon is for a variational code; leave it out')
  }
  const values = labels === null ? null : checkLabels(labels, layout.outputs)
  const check = (rows: number, columns: number) => {
    checkColumns(layout.features, name)(rows, columns)
    if (values) requireLabels(values, rows, name)
    if (!given || (given.rows === rows && given.columns === layout.units)) return
    throw new LloydError(
      'InputError',
      `epsilon is ${given.rows} × ${given.columns}; it must be ${rows} × ${layout.units}`,
    )
  }
  const options = { check, maxColumns: ANY_COLUMNS, originOf: refuseCoarse }
  return await withPointSet(executor, points, options, async (set) => {
    requireFeatures(model, set, name)
    return await sumGradients(model, set, { classes: values, epsilon: given, seed })
  })
}

/** Adds up loss and gradients over batches of the points; a variational code is computed from `epsilon`, or drawn. */
async function sumGradients(
  model: Model,
  set: PointSet,
  given: { classes: Float32Array<ArrayBuffer> | null; epsilon: Matrix<TypedArray> | null; seed: number },
): Promise<Gradients> {
  const { executor, layout, weights, scaling } = model
  const { classes, epsilon, seed } = given
  const rows = batchRows(model, set.rows)
  const scope = new BufferScope(executor)
  const gradients = scope.allocate('autoencoder.gradients', 4 * layout.parameterCount)
  const losses = scope.allocate('autoencoder.losses', 8)
  let objective: Objective | null = null
  try {
    const shape = { columns: layout.features, rows, chunkRows: 0, classified: classes !== null }
    const batches = await Batches.create(executor, scope, scaling, null, shape)
    const chunkLabels = classes && uploadLabels(scope, classes, set.chunkRows)
    objective = await Objective.create(model, { weights, gradients }, rows, true)
    const batch = { inputs: batches.clean, targets: batches.targets }
    const total = new Float64Array(layout.parameterCount)
    let reconstruction = 0
    let penalty = 0
    let chunkIndex = 0
    for await (const { points, firstRow, rows: count } of set.pass()) {
      const labels = chunkLabels?.[chunkIndex++]
      for (let first = 0; first < count; first += rows) {
        const taken = Math.min(rows, count - first)
        batches.take(points, first, taken, false)
        if (labels) batches.takeLabels(labels, first, taken, false)
        if (epsilon) {
          const from = (firstRow + first) * layout.units
          const part = Float32Array.from(epsilon.data.subarray(from, from + taken * layout.units))
          executor.write(objective.network.code.epsilon!, part)
        }
        const pass = { rows: taken, training: false, drawn: !epsilon, step: firstRow + first, seed }
        await objective.differentiate(batch, pass, { losses, index: 0 }, 1 / set.rows)
        const sums = new Float32Array(await executor.read(losses))
        reconstruction += sums[0] / set.rows
        penalty += sums[1] / set.rows
        const part = new Float32Array(await executor.read(gradients))
        for (let i = 0; i < part.length; i++) total[i] += part[i]
      }
    }
    return { loss: reconstruction + penalty, penalty, gradients: model.split(Float32Array.from(total)) }
  } finally {
    objective?.release()
    scope.release()
  }
}
