import { FIT } from '../../options/network.js'
import { readOptions } from '../../options/table.js'
import type { Points, Progress } from '../../types.js'
import { adam, checkOptimizer, type Optimizer } from './optimizer.js'

/** What an epoch came to. Losses are means over points. */
export interface Epoch {
  /** From 1. */
  epoch: number
  /** Of the training points while they were trained on, penalty included. */
  loss: number
  /** The penalty's part of the loss: of a sparse or variational code, else 0. */
  penalty: number
  /** The loss of the validation points after the epoch, or null without any. */
  validation: number | null
}

export interface FitOptions {
  /** Passes over all points, at least 1. */
  epochs: number
  /** Points a step, default 32. */
  batchSize?: number
  /** `adam()` (default), `adamw()` or `sgd()`. */
  optimizer?: Optimizer
  /** Points of their own to validate on, or the share of the points held out for it, above 0 and below 1. */
  validation?: number | Points
  /**
   * Stop after so many epochs without a smaller validation loss (or training loss without validation), and go back to
   * the weights of the best epoch. Default: never.
   */
  patience?: number
  /** The learning rate of epoch `epoch` (from 0) of `epochs` is the optimiser's times this, at least 0; default 'constant'. */
  schedule?: 'constant' | 'cosine' | ((epoch: number, epochs: number) => number)
  /** Longest gradient: longer ones are shortened to this Euclidean norm. Default: none is. */
  clipNorm?: number
  /** Of the order of points, noise and codes; default the auto-encoder's. */
  seed?: number
  /**
   * Aborts the training; the promise rejects with `signal.reason`, and the weights stay as they are then. A scaling that
   * the run had chosen stays with weights that moved, and is chosen anew by the next run.
   */
  signal?: AbortSignal
  /** Called for every epoch, in order, and up to some tenths of a second after it: training does not wait. */
  onEpoch?: (epoch: Epoch) => void
  /** Stage: train; `total` counts epochs. */
  onProgress?: (progress: Progress) => void
}

/** What a run of training came to. Plain data; losses per epoch, means over points. */
export interface FitResult {
  loss: number[]
  penalty: number[]
  /** Empty without validation. */
  validation: number[]
  /** Numbers of the rows that were held out of the points to validate on, ascending; empty without a share of them. */
  heldOut: Uint32Array<ArrayBuffer>
  /** Epochs done. */
  epochs: number
  /** The epoch, from 1, whose weights the auto-encoder has. */
  bestEpoch: number
  /** Why it ended. */
  stopped: 'epochs' | 'patience'
}

export interface FitSettings {
  epochs: number
  batchSize: number
  optimizer: Optimizer
  validation: Points | null
  /** Rows of so many that are held out. */
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
