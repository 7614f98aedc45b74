import type { BufferScope, Executor } from '../../engine/engine.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import { gatherBatch } from '../../kernels/network/gather-batch.js'
import { shuffleRows } from '../../kernels/network/shuffle-rows.js'
import type { Noise } from '../layers/layout.js'

/** Number of threads that share a row. */
const LANES = 32

/** The scaling of points for the network: (x − mean) · factor by column, in one buffer each. */
export interface ScalingBuffers {
  mean: EngineBuffer
  factor: EngineBuffer
}

/** A random order of rows: `count` of `total`, without those that `splitKey` orders first. */
export interface Order {
  count: number
  total: number
  key: number
  splitKey: number
  splitFirst: number
}

/** Counter and seed of a batch's noise. */
export interface Draw {
  seed: number
  step: number
}

/** The shape of batches. */
export interface BatchShape {
  columns: number
  /** Maximum number of points of a batch. */
  rows: number
  /** Number of rows of the largest chunk that is shuffled; 0 if points keep their order. */
  chunkRows: number
  /** Whether points have classes. */
  classified: boolean
}

/** Gathers batches of points on the device. */
export class Batches {
  private readonly order: EngineBuffer
  readonly clean: EngineBuffer
  /** The inputs of the network in training; the clean points if there is no noise. */
  readonly noisy: EngineBuffer
  private readonly unused: EngineBuffer
  /** The classes of a batch, with an identity scaling; null if none are learned. */
  private readonly classes: { labels: EngineBuffer; scaling: ScalingBuffers } | null
  private readonly columns: number

  private constructor(
    private readonly executor: Executor,
    scope: BufferScope,
    private readonly kernels: Awaited<ReturnType<typeof compileBatches>>,
    private readonly input: { scaling: ScalingBuffers; noise: Noise | null },
    { columns, rows, chunkRows, classified }: BatchShape,
  ) {
    this.columns = columns
    this.order = scope.allocate('autoencoder.order', 4 * chunkRows)
    this.clean = scope.allocate('autoencoder.batch', 4 * rows * columns)
    this.noisy = input.noise ? scope.allocate('autoencoder.noisyBatch', 4 * rows * columns) : this.clean
    this.unused = scope.allocate('autoencoder.unused', 4)
    this.classes = classified
      ? {
          labels: scope.allocate('classifier.batch', 4 * rows),
          scaling: {
            mean: scope.allocate('classifier.noMean', 4),
            factor: scope.upload('classifier.noFactor', Float32Array.of(1)),
          },
        }
      : null
  }

  static async create(
    executor: Executor,
    scope: BufferScope,
    scaling: ScalingBuffers,
    noise: Noise | null,
    shape: BatchShape,
  ): Promise<Batches> {
    return new Batches(executor, scope, await compileBatches(executor, noise), { scaling, noise }, shape)
  }

  shuffle(order: Order): void {
    this.executor.run(this.kernels.shuffle, order, { order: this.order })
  }

  /** The targets of the network: the classes of the points, or the points. */
  get targets(): EngineBuffer {
    return this.classes?.labels ?? this.clean
  }

  /** Gathers the classes of `count` rows from `first` on, as `take` gathers their points. */
  takeLabels(labels: EngineBuffer, first: number, count: number, ordered: boolean): void {
    const { executor, kernels, order, classes, unused } = this
    if (!classes) throw new Error('this network learns no classes')
    executor.run(
      ordered ? kernels.ordered : kernels.plain,
      { count, columns: 1, lanes: 1, first, amount: 0, seed: 0, step: 0 },
      { points: labels, order, ...classes.scaling, clean: classes.labels, noisy: unused },
    )
  }

  /** Gathers `count` rows from `first` on, in their own or the shuffled order; with `draw`, `noisy` gets noise. */
  take(points: EngineBuffer, first: number, count: number, ordered: boolean, draw: Draw | null = null): void {
    const { executor, kernels, columns, order, clean } = this
    const { scaling, noise } = this.input
    const kernel = draw && noise ? kernels.noisy : ordered ? kernels.ordered : kernels.plain
    const { seed, step } = draw ?? { seed: 0, step: 0 }
    const noisy = noise ? this.noisy : this.unused
    executor.run(
      kernel,
      { count, columns, lanes: Math.min(LANES, columns), first, amount: noise?.amount ?? 0, seed, step },
      { points, order, mean: scaling.mean, factor: scaling.factor, clean, noisy },
    )
  }
}

async function compileBatches(executor: Executor, noise: Noise | null) {
  const [shuffle, plain, ordered, noisy] = await Promise.all([
    executor.compile(shuffleRows),
    executor.compile(gatherBatch),
    executor.compile(gatherBatch, { flags: { ORDERED: true } }),
    executor.compile(gatherBatch, {
      flags: { ORDERED: true, GAUSSIAN: noise?.kind === 'gaussian', MASKING: noise?.kind === 'masking' },
    }),
  ])
  return { shuffle, plain, ordered, noisy }
}
