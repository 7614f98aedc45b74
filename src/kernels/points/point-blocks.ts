/** Rows of a block, over which distances and weights are summed before blocks are. */
export const MEASURE_BLOCK = 32
