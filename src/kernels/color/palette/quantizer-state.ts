/** Words of the quantizer's `state` buffer, which its kernels share. */
export const State = {
  /** Distinct colours. */
  unique: 0,
  /** Not 0 when the hash table of colours was too full. */
  overflow: 1,
  /** Labels that changed in this iteration. */
  changes: 2,
  /** Distance that the centroids moved in this iteration, in 1/2048, 64 bits. */
  movement: 3,
  converged: 5,
  iterations: 6,
  /** Squared error of the last mapping, in 1/128², 64 bits. */
  error: 7,
  /** Not 0 when a colour of the hash table is opaque. */
  opaque: 9,
  words: 10,
} as const

/** The label of a colour that has none yet. */
export const NO_LABEL = 0xffffffff

/** Words per centroid in `sums`: the pixel count, four 64-bit sums, and the number of opaque colours (if some are not). */
export const SUM_WORDS = 10
/** 64-bit moments per cell: n, Σr, Σg, Σb, Σa, Σ squares. */
export const CELL_MOMENTS = 6
/** In `candidateCounts`: the list did not fit, search all. */
export const FULL = 0xffffffff

/** Words of the `state` of seeding. */
export const SeedState = {
  /** Not 0 when the last draw gave candidates. */
  drawn: 0,
  /** Seeds chosen so far. */
  seeds: 1,
  words: 2,
} as const
/** Colours of a block, whose distances are summed together. */
export const SEED_BLOCK = 64
