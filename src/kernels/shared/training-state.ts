/** Words of the state that a training run keeps on the device; the shaders name them alike. */
export const TrainingState = {
  /** 0 while training, else why it stopped: one of `Stopped`. From then on nothing changes. */
  stopped: 0,
  /** Set by an optimiser that made a parameter NaN or infinite. */
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

/**
 * A run has diverged whose loss is so many times that of its first batch and that of giving nothing but zeros: outputs are
 * thousands of times as large as the points. Adam, whose steps are all of one length, gets there without infinities.
 */
export const DIVERGED_GROWTH = 2 ** 24

export const Stopped = { diverged: 1, patience: 2 } as const
