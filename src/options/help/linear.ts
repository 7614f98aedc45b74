import type { MULTIPLY, TUNE_MULTIPLY } from '../linear.js'
import type { Sentences } from './sentences.js'
import { OUTPUT } from './shared.js'

export const MULTIPLY_HELP: Sentences<typeof MULTIPLY> = {
  transposeA: 'transpose the first matrix',
  transposeB: 'transpose the second matrix',
  batches: 'number of products at once, of matrices stacked row-wise',
  output: OUTPUT,
}

export const TUNE_MULTIPLY_HELP: Sentences<typeof TUNE_MULTIPLY> = {
  rows: 'number of rows of the first matrix',
  depth: 'number of columns of the first matrix and of rows of the second',
  columns: 'number of columns of the second matrix',
  transposeB: 'the second matrix is transposed',
}
