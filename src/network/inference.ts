import { ANY_COLUMNS } from '../data/matrix.js'
import { refuseCoarse } from '../data/origin.js'
import { type PointSet, withPointSet } from '../data/points.js'
import { BufferScope } from '../engine/engine.js'
import { LloydError } from '../engine/error.js'
import type { EngineBuffer } from '../engine/kernel.js'
import { detach } from '../engine/webgpu/detach.js'
import { writeRows } from '../kernels/points/write-rows.js'
import type { GpuMatrix, Matrix, Points } from '../types.js'
import type { Pass } from './layers/compiled-layer.js'
import { widestLayer } from './layers/layout.js'
import type { Model } from './model.js'
import { Network, Objective } from './network.js'
import { Batches } from './training/batches.js'

/** Maximum number of outputs of the widest layer for a batch. */
const BATCH_NUMBERS = 2 ** 21
/** Maximum number of rows of a batch. */
const BATCH_ROWS = 4096

/** A batch outside training: nothing is dropped, and a variational code is its mean. */
export function plainPass(rows: number): Pass {
  return { rows, training: false, drawn: false, step: 0, seed: 0 }
}

/** Number of rows that are computed at a time. */
export function batchRows({ layout, executor }: Model, rows: number): number {
  const numbers = Math.min(BATCH_NUMBERS, executor.maxBufferBytes / 4)
  return Math.max(1, Math.min(rows, BATCH_ROWS, Math.floor(numbers / widestLayer(layout).numbers)))
}

/** The part of the network that points pass through. */
export type Part = 'encode' | 'decode' | 'reconstruct'

/** Runs points through a part of the network and passes each batch of results to `take`. */
async function forEachBatch(
  model: Model,
  set: PointSet,
  part: Part,
  take: (results: EngineBuffer, first: number, rows: number) => Promise<void>,
): Promise<void> {
  const { executor, weights, scaling } = model
  const rows = batchRows(model, Math.max(...set.chunkRows))
  const scope = new BufferScope(executor)
  try {
    const same = {
      mean: scope.allocate('autoencoder.noMean', 4 * set.columns),
      factor: scope.upload('autoencoder.noFactor', new Float32Array(set.columns).fill(1)),
    }
    const shape = { columns: set.columns, rows, chunkRows: 0, classified: false }
    const batches = await Batches.create(executor, scope, part === 'decode' ? same : scaling, null, shape)
    const network = await Network.create(model, { weights, gradients: weights }, rows)
    try {
      for await (const { points, firstRow, rows: count } of set.pass()) {
        for (let first = 0; first < count; first += rows) {
          const pass = plainPass(Math.min(rows, count - first))
          batches.take(points, first, pass.rows, false)
          if (part !== 'decode') await network.encode(batches.clean, pass)
          if (part !== 'encode') await network.decode(part === 'decode' ? batches.clean : network.code.code, pass)
          await take(part === 'encode' ? network.code.code : network.outputs, firstRow + first, pass.rows)
        }
      }
    } finally {
      network.release()
    }
  } finally {
    scope.release()
  }
}

/** Runs points through a part of the network; the results stay on the device or are read. */
export async function transform(
  model: Model,
  points: Points,
  part: Part,
  output: 'cpu' | 'gpu',
  name: string,
): Promise<Matrix | GpuMatrix> {
  const { executor, layout, scaling } = model
  const inputs = part === 'decode' ? layout.units : layout.features
  const columns = part === 'encode' ? layout.units : layout.features
  const check = checkColumns(inputs, name)
  const write = await executor.compile(writeRows, { flags: { SCALED: part !== 'encode' && model.scale !== null } })
  return await withPointSet(
    executor,
    points,
    { check, name, maxColumns: ANY_COLUMNS, originOf: refuseCoarse },
    async (set) => {
      const scope = new BufferScope(executor)
      try {
        const whole = output === 'gpu' ? scope.allocate('autoencoder.results', 4 * set.rows * columns) : null
        const rows = whole ?? scope.allocate('autoencoder.results', 4 * batchRows(model, set.rows) * columns)
        const data = new Float32Array(whole ? 0 : set.rows * columns)
        await forEachBatch(model, set, part, async (values, first, count) => {
          const buffers = { values, mean: scaling.mean, factor: scaling.factor, rows }
          executor.run(write, { count, columns, first: whole ? first : 0 }, buffers)
          if (!whole) data.set(new Float32Array(await executor.read(rows, 0, 4 * count * columns)), first * columns)
        })
        if (!whole) return { data, rows: set.rows, columns }
        await executor.idle()
        return { buffer: detach(executor, whole), rows: set.rows, columns }
      } finally {
        scope.release()
      }
    },
  )
}

/** The reconstruction loss of every point. */
export async function reconstructionErrors(model: Model, points: Points): Promise<Float32Array> {
  const { executor, layout, weights, scaling } = model
  const check = checkColumns(layout.features, 'points')
  return await withPointSet(
    executor,
    points,
    { check, maxColumns: ANY_COLUMNS, originOf: refuseCoarse },
    async (set) => {
      requireFeatures(model, set, 'points')
      const errors = new Float32Array(set.rows)
      const rows = batchRows(model, set.rows)
      const scope = new BufferScope(executor)
      const parameters = { weights, gradients: weights }
      const shape = { columns: layout.features, rows, chunkRows: 0, classified: false }
      const objective = await Objective.create(model, parameters, rows, false)
      try {
        const batches = await Batches.create(executor, scope, scaling, null, shape)
        const losses = scope.allocate('autoencoder.losses', 8)
        const { parts, lanes } = objective.loss
        for await (const { points, firstRow, rows: count } of set.pass()) {
          for (let first = 0; first < count; first += rows) {
            const pass = plainPass(Math.min(rows, count - first))
            batches.take(points, first, pass.rows, false)
            await objective.measure({ inputs: batches.clean, targets: batches.clean }, pass, { losses, index: 0 })
            const values = new Float32Array(await executor.read(parts, 0, 4 * pass.rows * lanes))
            for (let row = 0; row < pass.rows; row++) {
              let sum = 0
              for (let lane = 0; lane < lanes; lane++) sum += values[row * lanes + lane]
              errors[firstRow + first + row] = sum
            }
          }
        }
        return errors
      } finally {
        objective.release()
        scope.release()
      }
    },
  )
}

/** The check of `withPointSet` before any work. */
export function checkColumns(columns: number, name: string) {
  return (_: number, got: number) => {
    if (got === columns) return
    throw new LloydError('InputError', `${name} have ${got} columns; this network takes ${columns}`)
  }
}

/** Throws if the loss is not defined for the features. */
export function requireFeatures({ architecture }: Model, set: PointSet, name: string): void {
  if (architecture.loss === 'squared-error' || architecture.decoder.length === 0) return
  for (let column = 0; column < set.columns; column++) {
    const [least, greatest] = [set.least, set.greatest].map((values) => values[column] / set.scale + set.shift[column])
    if (least >= 0 && greatest <= 1) continue
    throw new LloydError(
      'InputError',
      `${name} run from ${least} to ${greatest} in column ${column}; '${architecture.loss}' takes features in [0, 1]`,
    )
  }
}
