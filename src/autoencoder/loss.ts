import type { BufferScope, Compiled, Executor } from '../engine/engine.js'
import type { EngineBuffer } from '../engine/kernel.js'
import { measureReconstruction } from '../kernels/measure-reconstruction.js'
import { sumValues } from '../kernels/sum-values.js'
import type { Loss } from './architecture.js'

/** Threads that share the loss of a row. */
const LANES = 32
/** Sums of the first of two rounds of additions. */
const GROUPS = 256

/** Adds the numbers of a buffer to one. */
export class Summation {
  private constructor(
    private readonly executor: Executor,
    private readonly partial: EngineBuffer,
    private readonly add: Compiled<typeof sumValues.parameters, typeof sumValues.bindings>,
    private readonly first: Compiled<typeof sumValues.parameters, typeof sumValues.bindings>,
  ) {}

  static async create(executor: Executor, scope: BufferScope, SQUARED = false): Promise<Summation> {
    const [add, first] = await Promise.all([
      executor.compile(sumValues),
      executor.compile(sumValues, { flags: { SQUARED } }),
    ])
    return new Summation(executor, scope.allocate('autoencoder.sums', 4 * GROUPS), add, first)
  }

  /** sums[index] ← the sum of the first `count` values. */
  run(values: EngineBuffer, count: number, sums: EngineBuffer, index: number): void {
    const { executor, partial, add, first } = this
    const groups = Math.min(GROUPS, count)
    executor.run(first, { count, groups, first: 0 }, { values, sums: partial })
    executor.run(add, { count: groups, groups: 1, first: index }, { values: partial, sums })
  }
}

/** The loss of reconstructions, and its gradient. */
export class Reconstruction {
  readonly lanes: number
  /** The loss of each row in `lanes` parts. */
  readonly parts: EngineBuffer

  private constructor(
    private readonly executor: Executor,
    readonly columns: number,
    scope: BufferScope,
    rows: number,
    private readonly unused: EngineBuffer,
    private readonly measured: Compiled<typeof measureReconstruction.parameters, typeof measureReconstruction.bindings>,
    private readonly derived: Compiled<typeof measureReconstruction.parameters, typeof measureReconstruction.bindings>,
  ) {
    this.lanes = Math.min(LANES, columns)
    this.parts = scope.allocate('autoencoder.losses', 4 * rows * this.lanes)
  }

  static async create(
    executor: Executor,
    scope: BufferScope,
    loss: Loss,
    columns: number,
    rows: number,
  ): Promise<Reconstruction> {
    const LOGITS = loss === 'binary-cross-entropy'
    const [measured, derived] = await Promise.all([
      executor.compile(measureReconstruction, { flags: { LOGITS } }),
      executor.compile(measureReconstruction, { flags: { LOGITS, GRADIENT: true } }),
    ])
    const unused = scope.allocate('autoencoder.unused', 4)
    return new Reconstruction(executor, columns, scope, rows, unused, measured, derived)
  }

  /** Leaves the losses in `parts` and, unless null, `scale` times their gradient with respect to the outputs. */
  run(outputs: EngineBuffer, targets: EngineBuffer, rows: number, gradient: EngineBuffer | null, scale = 0): void {
    const { executor, columns, lanes, parts: losses, unused } = this
    executor.run(
      gradient ? this.derived : this.measured,
      { rows, columns, lanes, scale },
      { outputs, targets, losses, gradient: gradient ?? unused },
    )
  }
}
