/** Words of the state that a training run keeps on the device; the shaders name them alike. */
export const TrainingState = {
  /** 0 while training, otherwise the reason for the stop, one of `Stopped`. From then on nothing changes. */
  stopped: 0,
  /** Set by an optimiser that made a parameter NaN, infinite or larger than its limit. */
  damaged: 1,
  /** Whether to keep this epoch's parameters. */
  keep: 2,
  /** The epoch whose parameters are kept, from 1; 0 before the first. */
  bestEpoch: 3,
  /** The loss of that epoch, as the bits of a float. */
  best: 4,
  /** Number of epochs since then. */
  waited: 5,
  /** Number of epochs done. */
  epochs: 6,
  /** The loss of the first batch, before any training step, as the bits of a float. */
  first: 7,
  words: 8,
} as const

export const Stopped = { diverged: 1, patience: 2 } as const
