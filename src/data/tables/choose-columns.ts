import { readOptions } from '../../options/table.js'
import { CHOOSE_COLUMNS } from '../../options/tables.js'
import { requireColumn, requireTable } from './find-column.js'
import type { NumberColumn, Table, TableColumn, TextColumn } from './table.js'

/** Columns that are not coordinates of points, by name. */
export interface ChooseColumnsOptions {
  /** The column that holds the true class of each row. No other is then taken for a label by its name. */
  label?: string
  /** Columns that identify the rows. */
  ids?: readonly string[]
  /** The column that holds the weight of each row. */
  weights?: string
}

/**
 * Why a column was left out: the option `label` or `ids` names it; the file declares it to be the label; its name is one
 * of a label or of an identifier; it numbers the rows; it has no cells, or cells of text, or of another kind.
 */
export type LeftOutReason =
  | 'label'
  | 'id'
  | 'declared label'
  | 'name of a label'
  | 'name of an identifier'
  | 'row numbers'
  | 'empty'
  | 'text'
  | 'other'

export interface ChosenColumns {
  /** Columns of numbers, in the order of the table. */
  used: NumberColumn[]
  /** Columns of mostly numbers with other cells, which `readTable` lets pass with `mixed: 'text'`. */
  mixed: TextColumn[]
  /** All others but the weights. */
  leftOut: { column: TableColumn; reason: LeftOutReason }[]
  /**
   * The first of the used columns, where it numbers the rows from 0 or 1 and may be an index: that of a text file of 10
   * or more rows without names. Else null.
   */
  doubtful: NumberColumn | null
}

const LABEL_NAMES = /^(class(es)?|labels?|targets?|species|clusters?)$/i
/** Names of identifiers, without blanks, dots, dashes and underscores; pandas writes `__index_level_0__` to Parquet. */
const ID_NAMES = /^(id|uuid|guid|index|idx|identifier|no|nr|sno|srno|rowid|rownames?|indexlevel\d+|#|№)$/i
const ID_ENDINGS = /[ _.-](id|Id|ID)$|[\p{Ll}\d]I[dD]$/u
/** Names that pandas and R's readr give to columns without a name. */
const NO_NAMES = /^(unnamed: \d+(\.\d+)?|\.\.\.\d+)$/i

/**
 * Chooses the columns of a table that are coordinates of points (Node): those of numbers, except labels and identifiers.
 *
 * A label is the column of the option `label`, or the one that the file declares; without the option also one named
 * class, classes, label, labels, target, targets, species, cluster or clusters. An identifier is a column of the option
 * `ids`; one named id, uuid, guid, index, idx, identifier, no, nr, sno, srno, rowid, rowname, rownames or #, in any case
 * and with blanks, dots, dashes or underscores anywhere; one whose name ends in _id, " id", .id, -id, Id or ID; one named
 * row that numbers the rows from 0 or 1; and a first column of distinct integers without a name (or Unnamed: 0, or ...1)
 * in a table that names the others. Names count only where the file has them.
 *
 * @throws LloydError `InputError` when an option names a column that the table does not have
 */
export function chooseColumns(table: Table, options: ChooseColumnsOptions = {}): ChosenColumns {
  const { label, ids = [], weights } = readOptions('chooseColumns', options, CHOOSE_COLUMNS)
  requireTable(table)
  if (label !== undefined) requireColumn(table, 'label', label)
  for (const id of ids) requireColumn(table, 'ids', id)
  if (weights !== undefined) requireColumn(table, 'weights', weights)
  const chosen: ChosenColumns = { used: [], mixed: [], leftOut: [], doubtful: null }
  for (const column of table.columns) {
    if (column.name === weights) continue
    const reason =
      column.name === label
        ? 'label'
        : ids.includes(column.name)
          ? 'id'
          : reasonToLeaveOut(table, column, label === undefined)
    if (reason !== null) chosen.leftOut.push({ column, reason })
    else if (column.kind === 'number') chosen.used.push(column)
    else chosen.mixed.push(column as TextColumn)
  }
  const [first] = chosen.used
  const mayHaveIndex = !table.named && table.lines !== null && table.rows >= 10
  if (mayHaveIndex && first === table.columns[0] && countsRows(first)) chosen.doubtful = first
  return chosen
}

function reasonToLeaveOut(table: Table, column: TableColumn, guessesLabel: boolean): LeftOutReason | null {
  if (column.kind === 'other') return 'other'
  if (column.missing === table.rows) return 'empty'
  if (column.name === table.label) return 'declared label'
  if (table.named) {
    if (isIdentifier(table, column)) return 'name of an identifier'
    if (isIndex(table, column)) return 'row numbers'
    if (guessesLabel && LABEL_NAMES.test(column.name)) return 'name of a label'
  }
  return column.kind === 'number' || column.mixed ? null : 'text'
}

function isIdentifier(table: Table, column: NumberColumn | TextColumn): boolean {
  if (column.unnamed) return false
  const { name } = column
  if (/^row$/i.test(name)) return column.kind === 'number' && countsRows(column)
  return ID_NAMES.test(name.replace(/[\s._-]/g, '')) || ID_ENDINGS.test(name) || isIndex(table, column)
}

/** Whether a column is an index as pandas writes it: the first, unnamed beside named ones, of distinct integers. */
function isIndex(table: Table, column: TableColumn): boolean {
  if (column.kind !== 'number' || column !== table.columns[0] || table.columns.length === 1) return false
  if (!column.unnamed && !NO_NAMES.test(column.name)) return false
  const { values } = column
  return values.every((value) => Number.isInteger(value) && value >= 0) && new Set(values).size === values.length
}

function countsRows({ values }: NumberColumn): boolean {
  return (values[0] === 0 || values[0] === 1) && values.every((value, row) => value === values[0] + row)
}
