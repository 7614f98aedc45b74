import { BufferScope, type Executor } from '../../engine/engine.js'
import { type EngineBuffer, UNIFORM_BYTES } from '../../engine/kernel.js'
import { recordLayout } from '../../kernels/mixture/component-records.js'
import { type Components, isDiagonal, whitenerShape } from './components.js'

/** The log weight of a component without points: its densities vanish beside all others. */
const NEVER = -1e30

/** `'records'`: all of a component together, for few columns; `'matrices'`: each kind for itself. */
export type ParameterLayout = 'records' | 'matrices'

/** Width of the matrices of full covariances' moments, whose row and column `columns` are of ones: a multiple of four. */
export const momentWidth = (columns: number) => 4 * Math.ceil((columns + 1) / 4)

/** The parameters of a mixture on the device, as kernels take them. */
export class DeviceComponents {
  readonly means: EngineBuffer
  /** W (m − μ), where m is the mean μ rounded to float32; components × columns. */
  readonly offsets: EngineBuffer
  /** log(π |W|) minus the largest of them. */
  readonly constants: EngineBuffer
  /** Diagonals of W, components × columns; or Wᵀ, columns × width of moments, for each component of a group. */
  readonly factors: readonly EngineBuffer[]
  /** Of few columns, all parameters: kernels/mixture/component-records.ts. */
  readonly records: EngineBuffer
  /** What is added to log densities of the device. */
  reference = 0
  readonly #scope: BufferScope
  readonly #groupSize: number
  readonly #layout: ParameterLayout

  constructor(
    private readonly executor: Executor,
    shape: Pick<Components, 'components' | 'columns' | 'covariance'>,
    { groupSize, layout }: { groupSize: number; layout: ParameterLayout },
  ) {
    this.#groupSize = groupSize
    this.#layout = layout
    const { components, columns } = shape
    const { count } = whitenerShape(shape)
    const bytes = 4 * columns * (isDiagonal(shape) ? 1 : momentWidth(columns))
    this.#scope = new BufferScope(executor)
    try {
      const allocate = (name: string, size: number) => this.#scope.allocate(`mixture.${name}`, size)
      this.means = allocate('means', 4 * components * columns)
      this.offsets = allocate('offsets', 4 * components * columns)
      this.constants = allocate('constants', 4 * components)
      const record = 4 * recordLayout(columns, isDiagonal(shape)).size
      const few = layout === 'records'
      this.records = allocate('records', few ? Math.max(UNIFORM_BYTES, components * record) : 4)
      this.factors = Array.from({ length: few ? 0 : Math.ceil(count / groupSize) }, (_, group) =>
        allocate('factors', bytes * Math.min(groupSize, count - group * groupSize)),
      )
    } catch (error) {
      this.#scope.release()
      throw error
    }
  }

  release(): void {
    this.#scope.release()
  }

  write(given: Components): void {
    const { executor } = this
    const rounded = Float32Array.from(given.means)
    const offsets = offsetsOf(given, rounded)
    const { constants, reference } = constantsOf(given)
    this.reference = reference
    executor.write(this.means, rounded)
    if (this.#layout === 'records') {
      executor.write(this.records, recordsOf(given, rounded, offsets, constants))
      return
    }
    executor.write(this.offsets, offsets)
    executor.write(this.constants, constants)
    const { size } = whitenerShape(given)
    for (const [group, buffer] of this.factors.entries()) {
      const first = group * this.#groupSize * size
      const own = given.whiteners.subarray(first, first + this.#groupSize * size)
      executor.write(buffer, isDiagonal(given) ? own : transpose(own, given.columns))
    }
  }
}

/** Lower triangular matrices, transposed, with rows of the width of moments. */
function transpose(matrices: Float32Array, columns: number): Float32Array<ArrayBuffer> {
  const width = momentWidth(columns)
  const count = matrices.length / columns ** 2
  const transposed = new Float32Array(count * columns * width)
  for (let matrix = 0; matrix < count; matrix++) {
    for (let i = 0; i < columns; i++) {
      const row = (matrix * columns + i) * columns
      for (let j = 0; j <= i; j++) transposed[(matrix * columns + j) * width + i] = matrices[row + j]
    }
  }
  return transposed
}

/** The parameters of each component, as kernels of few columns read them. */
function recordsOf(
  given: Components,
  means: Float32Array,
  offsets: Float32Array,
  constants: Float32Array,
): Float32Array<ArrayBuffer> {
  const { components, columns, whiteners } = given
  const diagonal = isDiagonal(given)
  const layout = recordLayout(columns, diagonal)
  const { count, size } = whitenerShape(given)
  const records = new Float32Array(components * layout.size)
  for (let component = 0; component < components; component++) {
    const record = component * layout.size
    const start = count === 1 ? 0 : component * size
    for (let i = 0; i < columns; i++) {
      records[record + layout.mean(i)] = means[component * columns + i]
      records[record + layout.offset(i)] = offsets[component * columns + i]
      if (diagonal) records[record + layout.factor(i, i)] = whiteners[start + i]
      else for (let j = 0; j <= i; j++) records[record + layout.factor(i, j)] = whiteners[start + i * columns + j]
    }
    records[record + layout.constant] = constants[component]
  }
  return records
}

/** W (m − μ) in float64, so that rounding the means costs nothing. */
function offsetsOf(given: Components, rounded: Float32Array): Float32Array<ArrayBuffer> {
  const { components, columns, means, whiteners } = given
  const { count, size } = whitenerShape(given)
  const diagonal = isDiagonal(given)
  const offsets = new Float32Array(components * columns)
  for (let component = 0; component < components; component++) {
    const start = count === 1 ? 0 : component * size
    const first = component * columns
    for (let i = 0; i < columns; i++) {
      let sum = 0
      for (let j = diagonal ? i : 0; j <= i; j++) {
        sum += whiteners[start + (diagonal ? j : i * columns + j)] * (rounded[first + j] - means[first + j])
      }
      offsets[first + i] = sum
    }
  }
  return offsets
}

/** log(π |W| / (2 π)^(d / 2)) of each component, minus the largest, which is the reference. */
function constantsOf(given: Components): { constants: Float32Array<ArrayBuffer>; reference: number } {
  const { components, columns, weights, whiteners } = given
  const { count, size } = whitenerShape(given)
  const step = isDiagonal(given) ? 1 : columns + 1
  const logs = new Float64Array(components).fill(-Infinity)
  for (let component = 0; component < components; component++) {
    if (weights[component] === 0) continue
    const start = count === 1 ? 0 : component * size
    let sum = Math.log(weights[component]) - (columns / 2) * Math.log(2 * Math.PI)
    for (let column = 0; column < columns; column++) sum += Math.log(whiteners[start + column * step])
    logs[component] = sum
  }
  const reference = logs.reduce((most, log) => Math.max(most, log), -Infinity)
  return { constants: Float32Array.from(logs, (log) => Math.max(NEVER, log - reference)), reference }
}
