/** Words of the quantizer's `state` buffer, which its kernels share. */
export const State = {
  /** Number of distinct colours. */
  unique: 0,
  /** Not 0 if the hash table of colours was too full. */
  overflow: 1,
  /** Number of labels that changed in this iteration. */
  changes: 2,
  /** Total movement of the centroids in this iteration, in 1/2048, 64 bits. */
  movement: 3,
  converged: 5,
  iterations: 6,
  /** Squared error of the last mapping, in 1/128², 64 bits. */
  error: 7,
  /** Not 0 if a colour of the hash table is opaque. */
  opaque: 9,
  words: 10,
} as const

/** The label of a colour without one. */
export const NO_LABEL = 0xffffffff

/**
 * Number of words per centroid in `sums`: the pixel count, four 64-bit sums, and the number of opaque colours (if some
 * are not).
 */
export const SUM_WORDS = 10
/** 64-bit moments per cell: n, Σr, Σg, Σb, Σa, Σ squares. */
export const CELL_MOMENTS = 6
/** Mark in `candidateCounts` of a list that did not fit: all centroids are searched. */
export const FULL = 0xffffffff

/** Words of the `state` of seeding. */
export const SeedState = {
  /** Not 0 if the last draw returned candidates. */
  drawn: 0,
  /** Number of seeds chosen so far. */
  seeds: 1,
  words: 2,
} as const
/** Number of colours of a block, whose distances are summed together. */
export const SEED_BLOCK = 64
