import { MIN_NORMAL } from '../data/matrix.js'
import type { PointSet } from '../data/points.js'
import type { Executor } from '../engine/engine.js'
import { LloydError } from '../engine/error.js'
import type { EngineBuffer } from '../engine/kernel.js'
import type { Matrix, TypedArray } from '../types.js'
import { firstWeights } from './layers/initialization.js'
import { type Architecture, type Layout, layOut, widestLayer } from './layers/layout.js'
import type { ScalingBuffers } from './training/batches.js'
import type { TrainingRecord } from './training/training-record.js'

/** Scaling of the columns: x ↦ (x − mean) · factor. */
export interface Scaling {
  mean: Float32Array<ArrayBuffer>
  factor: Float32Array<ArrayBuffer>
}

/** An architecture with its parameters on a device. */
export class Model {
  readonly layout: Layout
  readonly #weights: EngineBuffer
  #released = false
  readonly scaling: ScalingBuffers
  /** Null if columns are not scaled, and before the first fit. */
  scale: Scaling | null = null
  /** Whether the scaling is final: chosen by a completed fit, or read from a file. */
  settled = false
  /** Record of the last training, if any. */
  training: TrainingRecord | null = null
  /** Whether the model is being trained. */
  learning = false

  constructor(
    readonly executor: Executor,
    readonly architecture: Architecture,
  ) {
    this.layout = layOut(architecture)
    const { features, parameterCount } = this.layout
    requireBatch(this.layout, 1, executor.maxBufferBytes)
    if (4 * parameterCount > executor.maxBufferBytes) {
      throw new LloydError(
        'InputError',
        `${parameterCount} parameters are ${4 * parameterCount} bytes; this device binds at most ` +
          `${executor.maxBufferBytes}; use smaller layers`,
      )
    }
    this.#weights = executor.upload('autoencoder.weights', firstWeights(this.layout, architecture.seed))
    this.scaling = {
      mean: executor.upload('autoencoder.mean', new Float32Array(features)),
      factor: executor.upload('autoencoder.factor', new Float32Array(features).fill(1)),
    }
  }

  /** Scales columns by their mean and standard deviation; one whose deviation is below a normal float32 becomes 0. */
  scaleBy({ means, variances }: PointSet): void {
    this.setScaling({
      mean: Float32Array.from(means),
      factor: Float32Array.from(variances, (variance) =>
        Math.sqrt(variance) >= MIN_NORMAL ? 1 / Math.sqrt(variance) : 1,
      ),
    })
  }

  /** Null: columns are not scaled. */
  setScaling(scale: Scaling | null): void {
    const { executor, scaling, layout } = this
    this.scale = scale
    executor.write(scaling.mean, scale?.mean ?? new Float32Array(layout.features))
    executor.write(scaling.factor, scale?.factor ?? new Float32Array(layout.features).fill(1))
  }

  async readParameters(): Promise<Record<string, Matrix>> {
    return this.split(new Float32Array(await this.executor.read(this.weights)))
  }

  /** The parameters in memory order, by name. */
  split(flat: Float32Array): Record<string, Matrix> {
    return Object.fromEntries(
      this.layout.parameters.map(({ name, rows, columns, offset }) => [
        name,
        { data: flat.slice(offset, offset + rows * columns), rows, columns },
      ]),
    )
  }

  /** Replaces the parameters in `record`. Throws, before any change, for an unknown name or another shape. */
  writeParameters(record: Record<string, Matrix<TypedArray>>): void {
    const { parameters } = this.layout
    if (typeof record !== 'object' || record === null) {
      throw new LloydError('InputError', `writeParameters takes { name: matrix, … }, got ${String(record)}`)
    }
    const writes = Object.entries(record).map(([name, matrix]) => {
      const known = parameters.find((parameter) => parameter.name === name)
      if (!known) {
        const names = parameters.map((parameter) => parameter.name)
        throw new LloydError('InputError', `there is no parameter '${name}'; there are ${names.join(', ')}`)
      }
      const { rows, columns, offset } = known
      if (matrix?.rows !== rows || matrix.columns !== columns || matrix.data?.length !== rows * columns) {
        const got = `${matrix?.rows} × ${matrix?.columns} with ${matrix?.data?.length} numbers`
        throw new LloydError('InputError', `${name} must be ${rows} × ${columns}, got ${got}`)
      }
      const data = Float32Array.from(matrix.data)
      const bad = data.findIndex((value) => !Number.isFinite(value))
      if (bad >= 0) throw new LloydError('InputError', `${name} has ${matrix.data[bad]} at ${bad}; weights are finite`)
      return { data, offset }
    })
    for (const { data, offset } of writes) this.executor.write(this.weights, data, 4 * offset)
  }

  /** All parameters, in the order of the layout. */
  get weights(): EngineBuffer {
    if (this.#released) throw new LloydError('InputError', 'the network was destroyed; make or load a new one')
    return this.#weights
  }

  release(): void {
    this.#released = true
    for (const buffer of [this.#weights, this.scaling.mean, this.scaling.factor]) this.executor.release(buffer)
  }
}

/** Throws an `InputError` unless the device can bind the outputs of the widest layer for `rows` points. */
export function requireBatch(layout: Layout, rows: number, most: number): void {
  const { name, numbers } = widestLayer(layout)
  const bytes = 4 * rows * numbers
  if (bytes <= most) return
  const fitting = Math.floor(most / (4 * numbers))
  throw new LloydError(
    'InputError',
    `${name} give ${numbers} numbers per point, ${bytes} bytes for ${rows}; this device binds at most ${most}; use ` +
      (fitting > 0 ? `a batchSize of at most ${fitting}` : 'smaller layers'),
  )
}
