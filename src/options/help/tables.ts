import type { CHOOSE_COLUMNS, TABLE_POINTS } from '../tables.js'
import type { Sentences } from './sentences.js'

export const CHOOSE_COLUMNS_HELP: Sentences<typeof CHOOSE_COLUMNS> = {
  label: 'column that holds the true class',
  ids: 'columns that identify the rows',
  weights: 'column that holds the weight of each row',
}

export const TABLE_POINTS_HELP: Sentences<typeof TABLE_POINTS> = {
  weights: 'column that holds the weight of each row',
  missing: 'rows with missing cells: refuse them, drop them, or fill in column means',
  means: 'numbers to fill in, one a column, in place of the means of these columns',
  name: 'what messages call the table',
}
