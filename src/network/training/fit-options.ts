import { FIT } from '../../options/network.js'
import { readOptions } from '../../options/table.js'
import type { Points, Progress } from '../../types.js'
import { adam, checkOptimizer, type Optimizer } from './optimizer.js'

/** The results of an epoch. Losses are means over points. */
export interface Epoch {
  /** Number of the epoch, from 1. */
  epoch: number
  /** Loss of the training points during training, including the penalty. */
  loss: number
  /** Penalty of a sparse or variational code as a part of the loss, otherwise 0. */
  penalty: number
  /** Loss of the validation points after the epoch, or null without any. */
  validation: number | null
}

export interface FitOptions {
  /** Number of passes over all points, 1 … 1 000 000. */
  epochs: number
  /** Number of points per training step, 1 … 2²⁰; default 32. */
  batchSize?: number
  /** Optimizer: `adam()` (default), `adamw()` or `sgd()`. */
  optimizer?: Optimizer
  /** Separate points for validation, or the share of the points held out for it, above 0 and below 1. */
  validation?: number | Points
  /**
   * Stop after this many epochs, 0 … 1 000 000, without a smaller validation loss (or training loss, without
   * validation), and restore the weights of the best epoch; default 0: never.
   */
  patience?: number
  /**
   * Schedule of the learning rate; default 'constant'. A function returns the factor ≥ 0 of the optimizer's rate for
   * epoch `epoch` (from 0) of `epochs`.
   */
  schedule?: 'constant' | 'cosine' | ((epoch: number, epochs: number) => number)
  /** Maximum Euclidean norm of the gradient, which is scaled down to it; default 0: unlimited. */
  clipNorm?: number
  /** Seed of the order of points, noise and codes, 0 … 2³² − 1; default the network's. */
  seed?: number
  /**
   * Aborts the training; the promise rejects with `signal.reason`, and the weights stay as they are. A scaling that the
   * run had chosen is kept if the weights have changed, and chosen again by the next run.
   */
  signal?: AbortSignal
  /** Called for each epoch, in order, up to some tenths of a second after it: training does not wait. */
  onEpoch?: (epoch: Epoch) => void
  /** Progress of the stage train; `total` counts epochs. */
  onProgress?: (progress: Progress) => void
}

/** The results of a training run. Plain data; losses per epoch, means over points. */
export interface FitResult {
  loss: number[]
  penalty: number[]
  /** Empty without validation. */
  validation: number[]
  /** Indices of the rows that were held out for validation, ascending; empty without a share of them. */
  heldOut: Uint32Array<ArrayBuffer>
  /** Number of epochs done. */
  epochs: number
  /** The epoch, from 1, whose weights the network has. */
  bestEpoch: number
  /** Reason for the end. */
  stopped: 'epochs' | 'patience'
}

export interface FitSettings {
  epochs: number
  batchSize: number
  optimizer: Optimizer
  validation: Points | null
  /** The number of rows held out of a number of rows. */
  heldOut: (rows: number) => number
  /** 0: none. */
  patience: number
  schedule: (epoch: number, epochs: number) => number
  /** 0: none. */
  clipNorm: number
  seed: number
  signal?: AbortSignal
  onEpoch?: (epoch: Epoch) => void
  onProgress?: (progress: Progress) => void
}

const SCHEDULES = {
  constant: () => 1,
  cosine: (epoch: number, epochs: number) => 0.5 * (1 + Math.cos((Math.PI * epoch) / epochs)),
}

export function checkFitOptions(options: FitOptions, ownSeed: number): FitSettings {
  const { validation, schedule, optimizer = adam(), seed = ownSeed, ...others } = readOptions('fit', options, FIT)
  const share = typeof validation === 'number' ? validation : 0
  return {
    ...others,
    optimizer: checkOptimizer(optimizer),
    validation: typeof validation === 'number' ? null : (validation ?? null),
    // At least one row is held out, and at least one is trained on.
    heldOut: (rows) => (share === 0 ? 0 : Math.min(rows - 1, Math.max(1, Math.round(share * rows)))),
    schedule: typeof schedule === 'function' ? schedule : SCHEDULES[schedule],
    seed,
  }
}
