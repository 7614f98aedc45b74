/** Words of the `state` buffer that the k-means kernels share. */
export const KMeansState = {
  /** Number of labels that changed in this iteration. */
  changes: 0,
  /** 0 while iterating, else one of `Stopped`. */
  stopped: 1,
  iterations: 2,
  /** Number of clusters without points in this iteration. */
  empty: 3,
  /** Offset of one word for each chunk of points: the number of labels that changed in this iteration. */
  moves: 4,
} as const

export const Stopped = { converged: 1, empty: 2, notFinite: 3 } as const

/** The label of a point without one. */
export const NO_LABEL = 0xffffffff

/**
 * Number of words per cluster in `sums`: points, weight (64-bit fixed point), and a 64-bit fixed-point sum per column.
 */
export const clusterWords = (columns: number): number => 3 + 2 * columns
