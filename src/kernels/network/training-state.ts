/** Words of the state that a training run keeps on the device; the shaders name them alike. */
export const TrainingState = {
  /** 0 while training, else why it stopped: one of `Stopped`. From then on nothing changes. */
  stopped: 0,
  /** Set by an optimiser that made a parameter NaN, infinite or larger than its limit. */
  damaged: 1,
  /** Whether this epoch's parameters are to be kept. */
  keep: 2,
  /** The epoch whose parameters are kept, from 1; 0 before the first. */
  bestEpoch: 3,
  /** The loss of that epoch, as the bits of a float. */
  best: 4,
  /** Epochs since. */
  waited: 5,
  /** Epochs done. */
  epochs: 6,
  /** The loss of the first batch, before any step, as the bits of a float. */
  first: 7,
  words: 8,
} as const

export const Stopped = { diverged: 1, patience: 2 } as const
