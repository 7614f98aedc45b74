/** Number of rows of a block, over which distances and weights are summed before the sums of blocks. */
export const MEASURE_BLOCK = 32
/** Number of rows of a block whose potentials a seeding sums; chunks are whole blocks. */
export const SEED_BLOCK = 256
