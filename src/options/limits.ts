/** Maximum number of points where a number of them is an option. */
export const MAX_ROWS = 2 ** 31
/** Maximum number of clusters of points. */
export const MAX_CLUSTERS = 65_536
/** Maximum number of columns of the clustered points. */
export const MAX_COLUMNS = 4096
/** Maximum number of palette entries. */
export const MAX_COLORS = 65_536
/** Maximum number of inputs of a network, and maximum side of an image. */
export const MAX_INPUTS = 65_536
export const MAX_ITERATIONS = 1_000_000
export const MAX_SEED = 0xffffffff
