import type { BufferScope, Compiled, Executor } from '../../engine/engine.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import { addMoments } from '../../kernels/mixture/add-moments.js'
import { momentCount } from '../../kernels/mixture/component-records.js'
import { isDiagonal, type MixtureShape } from './components.js'
import type { Moments } from './update.js'

/** Moments that kernels leave in slices, components × values each, and their sums, on the device. */
export class MomentSums {
  readonly slices: EngineBuffer
  /** Number of moments of a component. */
  readonly size: number
  readonly #sums: EngineBuffer

  private constructor(
    private readonly executor: Executor,
    private readonly shape: MixtureShape,
    private readonly add: Compiled<typeof addMoments.parameters, typeof addMoments.bindings>,
    { scope, slices }: { scope: BufferScope; slices: number },
  ) {
    this.size = momentCount(shape.columns, isDiagonal(shape))
    const bytes = 4 * shape.components * this.size
    this.slices = scope.allocate('mixture.slices', slices * bytes)
    this.#sums = scope.allocate('mixture.moments', bytes)
  }

  /** @param slices their maximum number */
  static async create(
    executor: Executor,
    scope: BufferScope,
    shape: MixtureShape,
    slices: number,
  ): Promise<MomentSums> {
    return new MomentSums(executor, shape, await executor.compile(addMoments), { scope, slices })
  }

  /** Queues the sum of the first slices. */
  queue(count: number): void {
    const parameters = { count: this.shape.components * this.size, slices: count }
    this.executor.run(this.add, parameters, { slices: this.slices, moments: this.#sums })
  }

  /** All zero. */
  none(): Moments {
    return { values: new Float64Array(this.shape.components * this.size), size: this.size }
  }

  /** Adds the sums queued so far, and clears them. */
  async addTo({ values }: Moments): Promise<void> {
    const sums = new Float32Array(await this.executor.read(this.#sums))
    for (let i = 0; i < sums.length; i++) values[i] += sums[i]
    this.executor.clear(this.#sums)
  }
}
