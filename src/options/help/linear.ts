import type { MULTIPLY, TUNE_MULTIPLY } from '../linear.js'
import type { Sentences } from './sentences.js'
import { OUTPUT } from './shared.js'

export const MULTIPLY_HELP: Sentences<typeof MULTIPLY> = {
  transposeA: 'take the first matrix transposed',
  transposeB: 'take the second matrix transposed',
  batches: 'products at once, of matrices that lie one below the other',
  output: OUTPUT,
}

export const TUNE_MULTIPLY_HELP: Sentences<typeof TUNE_MULTIPLY> = {
  rows: 'rows of the first matrix',
  depth: 'columns of the first matrix and rows of the second',
  columns: 'columns of the second matrix',
  transposeB: 'the second matrix is taken transposed',
}
