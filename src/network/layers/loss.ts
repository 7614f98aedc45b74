import type { BufferScope, Compiled, Executor } from '../../engine/engine.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import { sumValues } from '../../kernels/linear/sum-values.js'
import { crossEntropy } from '../../kernels/network/cross-entropy.js'
import { measureReconstruction } from '../../kernels/network/measure-reconstruction.js'
import type { Architecture, Layout } from './layout.js'

/** Number of threads that share the loss of a row. */
const LANES = 32
/** Number of sums in the first of two rounds of additions. */
const GROUPS = 256

/** Sums the numbers of a buffer. */
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

/** The loss of a network's outputs, and its gradient. */
export interface CompiledLoss {
  /** Number of parts that the loss of a row is divided into. */
  readonly lanes: number
  readonly parts: EngineBuffer
  /** Computes the losses in `parts` and, unless null, `scale` times their gradient with respect to the outputs. */
  run(outputs: EngineBuffer, targets: EngineBuffer, rows: number, gradient: EngineBuffer | null, scale?: number): void
}

/** The loss of an architecture, for up to `rows` points. The cross-entropies take the inputs of the last activation. */
export async function prepareLoss(
  executor: Executor,
  scope: BufferScope,
  { loss, decoder }: Architecture,
  layout: Layout,
  rows: number,
): Promise<CompiledLoss> {
  if (loss === 'cross-entropy') return await distributionLoss(executor, scope, layout, rows, decoder.length === 0)
  return await featureLoss(executor, scope, layout.outputs, rows, loss === 'binary-cross-entropy')
}

/** A loss that is a sum over features. */
async function featureLoss(
  executor: Executor,
  scope: BufferScope,
  columns: number,
  most: number,
  LOGITS: boolean,
): Promise<CompiledLoss> {
  const [measured, derived] = await Promise.all([
    executor.compile(measureReconstruction, { flags: { LOGITS } }),
    executor.compile(measureReconstruction, { flags: { LOGITS, GRADIENT: true } }),
  ])
  const lanes = Math.min(LANES, columns)
  const losses = scope.allocate('autoencoder.losses', 4 * most * lanes)
  const unused = scope.allocate('autoencoder.unused', 4)
  return {
    lanes,
    parts: losses,
    run(outputs, targets, rows, gradient, scale = 0) {
      const buffers = { outputs, targets, losses, gradient: gradient ?? unused }
      executor.run(gradient ? derived : measured, { rows, columns, lanes, scale }, buffers)
    },
  }
}

/** A loss over the distributions of a softmax: one per point or pixel, of classes or of shares. */
async function distributionLoss(
  executor: Executor,
  scope: BufferScope,
  { outputs: numbers, channels: columns }: Layout,
  most: number,
  LABELS: boolean,
): Promise<CompiledLoss> {
  const [measured, derived] = await Promise.all([
    executor.compile(crossEntropy, { flags: { LABELS } }),
    executor.compile(crossEntropy, { flags: { LABELS, GRADIENT: true } }),
  ])
  const lanes = numbers / columns
  const losses = scope.allocate('autoencoder.losses', 4 * most * lanes)
  const unused = scope.allocate('autoencoder.unused', 4)
  return {
    lanes,
    parts: losses,
    run(outputs, targets, rows, gradient, scale = 0) {
      const buffers = { outputs, targets, losses, gradient: gradient ?? unused }
      executor.run(gradient ? derived : measured, { rows: rows * lanes, columns, scale }, buffers)
    },
  }
}
