import { BufferScope, type Executor } from '../../engine/engine.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import { type Components, isDiagonal, whitenerShape } from './components.js'
import { momentWidth } from './update.js'

/** The log weight of a component without points: its densities vanish beside all others. */
const NEVER = -1e30

/** The parameters of a mixture on the device, as kernels take them. */
export class DeviceComponents {
  readonly means: EngineBuffer
  /** W (m − μ), where m is the mean μ rounded to float32; components × columns. */
  readonly offsets: EngineBuffer
  /** log(π |W|) minus the largest of them. */
  readonly constants: EngineBuffer
  /** Diagonals of W, components × columns; or Wᵀ, columns × width of moments, for each component of a group. */
  readonly factors: readonly EngineBuffer[]
  /** What is added to log densities of the device. */
  reference = 0
  readonly #scope: BufferScope

  constructor(
    private readonly executor: Executor,
    shape: Pick<Components, 'components' | 'columns' | 'covariance'>,
    private readonly groupSize: number,
  ) {
    const { components, columns } = shape
    const { count } = whitenerShape(shape)
    const bytes = 4 * columns * (isDiagonal(shape) ? 1 : momentWidth(columns))
    this.#scope = new BufferScope(executor)
    try {
      const allocate = (name: string, size: number) => this.#scope.allocate(`mixture.${name}`, size)
      this.means = allocate('means', 4 * components * columns)
      this.offsets = allocate('offsets', 4 * components * columns)
      this.constants = allocate('constants', 4 * components)
      this.factors = Array.from({ length: Math.ceil(count / groupSize) }, (_, group) =>
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
    const { executor, groupSize, factors } = this
    const { components, columns, means, whiteners } = given
    const rounded = Float32Array.from(means)
    executor.write(this.means, rounded)
    executor.write(this.offsets, offsetsOf(given, rounded))
    const { constants, reference } = constantsOf(given)
    this.reference = reference
    executor.write(this.constants, constants)
    if (isDiagonal(given)) {
      for (const [group, buffer] of factors.entries()) {
        const first = group * groupSize * columns
        executor.write(buffer, whiteners.subarray(first, Math.min(first + groupSize * columns, components * columns)))
      }
      return
    }
    const width = momentWidth(columns)
    const { count, size } = whitenerShape(given)
    for (const [group, buffer] of factors.entries()) {
      const first = group * groupSize
      const matrices = Math.min(groupSize, count - first)
      const transposed = new Float32Array(matrices * columns * width)
      for (let matrix = 0; matrix < matrices; matrix++) {
        for (let i = 0; i < columns; i++) {
          const row = (first + matrix) * size + i * columns
          for (let j = 0; j <= i; j++) transposed[(matrix * columns + j) * width + i] = whiteners[row + j]
        }
      }
      executor.write(buffer, transposed)
    }
  }
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
