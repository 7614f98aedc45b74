/** Most clusters of points. */
export const MAX_CLUSTERS = 65_536
/** Most columns of what is clustered. */
export const MAX_COLUMNS = 4096
/** Most entries of a palette. */
export const MAX_COLORS = 65_536
/** Most numbers of a point that a network takes, and most sides of an image. */
export const MAX_INPUTS = 65_536
export const MAX_ITERATIONS = 1_000_000
export const MAX_SEED = 0xffffffff
