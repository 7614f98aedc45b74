/** Number of rows of a block, over which distances and weights are summed before the sums of blocks. */
export const MEASURE_BLOCK = 32
