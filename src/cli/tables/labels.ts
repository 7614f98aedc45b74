import { existsSync } from 'node:fs'
import { describeRow, LloydError, type ReadTableOptions, type Table, type TableColumn } from 'lloyd'
import { formatQuantity } from '../numbers.js'
import { abbreviate } from './find-columns.js'
import { readTableFrom } from './table-source.js'

/** Labels of the rows of a table, null where a row has none. */
export interface RowLabels {
  /** What they are called: a column of the table, or a column of a file. */
  source: string
  values: (number | string | null)[]
  /** The column of the table that holds them, which is then not one of coordinates. */
  column: TableColumn | null
}

const NAMES = ['label', 'cluster', 'class', 'target']

/**
 * Reads the labels that an option names: a column of the table by its name or position, or a file with one for each row,
 * such as `-o` of other commands writes. There the column label (or cluster, class, target) counts, or the only one besides
 * the numbers of rows, which must be those of the table.
 */
export async function readRowLabels(
  option: string,
  name: string,
  { path, table }: { path: string; table: Table },
  reading: ReadTableOptions,
): Promise<RowLabels> {
  const column = table.columns.find((each) => each.name === name)
  if (column) return { source: name, values: valuesOf(path, table, column), column }
  if (existsSync(name)) {
    const file = await readTableFrom(name, { signal: reading.signal })
    if (file.rows !== table.rows) {
      throw new LloydError(
        'InputError',
        `${name} has ${formatQuantity(file.rows, 'row')}, ${path} has ${formatQuantity(table.rows, 'row')}; ${option} needs a label for every row of the table`,
      )
    }
    const numbers = file.named ? file.columns.find((each) => each.name === 'row') : undefined
    if (numbers) requireSameRows(name, file, numbers)
    const labels = labelColumn(option, name, file, numbers)
    return { source: `${labels.name} of ${name}`, values: valuesOf(name, file, labels), column: null }
  }
  const byPosition = /^\d+$/.test(name) ? table.columns[Number(name) - 1] : undefined
  if (byPosition) return { source: byPosition.name, values: valuesOf(path, table, byPosition), column: byPosition }
  const names = abbreviate(table.columns.map((each) => each.name))
  throw new LloydError(
    'InputError',
    `${option} must name a column of ${path}, which has ${names}, or a file; there is no '${name}'`,
  )
}

/** Those of the names of labels that may be of files, which outputs must not replace. */
export function labelFiles(...names: readonly (string | undefined)[]): string[] {
  return names.filter((name) => name !== undefined && existsSync(name)) as string[]
}

function labelColumn(option: string, path: string, file: Table, numbers: TableColumn | undefined): TableColumn {
  const others = file.columns.filter((column) => column !== numbers)
  const named = NAMES.map((name) => others.find((column) => column.name.toLowerCase() === name)).find(Boolean)
  if (named) return named
  if (others.length === 1) return others[0]
  const names = abbreviate(others.map(({ name }) => name))
  throw new LloydError(
    'InputError',
    `${path} has no column label for ${option}, but ${names}; write a file with that one only`,
  )
}

/** Throws an `InputError` unless rows are numbered from 1 on, as those of the table. */
function requireSameRows(path: string, file: Table, numbers: TableColumn): void {
  const values = numbers.kind === 'number' ? numbers.values : null
  const wrong = values ? values.findIndex((value, row) => value !== row + 1) : 0
  if (wrong < 0) return
  const found = values ? String(values[wrong]) : 'a text'
  throw new LloydError(
    'InputError',
    `${describeRow(file, wrong)} of ${path} has the number ${found} in its column 'row'; its rows must be those of the table, in their order`,
  )
}

function valuesOf(path: string, table: Table, column: TableColumn): RowLabels['values'] {
  if (column.kind === 'text') return column.values.map((value) => (value === '' ? null : value))
  if (column.kind === 'other') {
    throw new LloydError(
      'InputError',
      `column '${column.name}' of ${path} holds ${column.type}; labels are integers or texts`,
    )
  }
  const values = Array.from(column.values, (value) => (Number.isNaN(value) ? null : value))
  const wrong = values.findIndex((value) => value !== null && !Number.isSafeInteger(value))
  if (wrong < 0 && column.name === table.label) return values.map((value) => nameOf(table, value))
  if (wrong < 0) return values
  throw new LloydError(
    'InputError',
    `column '${column.name}' of ${path} has ${values[wrong]} in ${describeRow(table, wrong)}; labels are integers or texts`,
  )
}

/** The name of a class that the file declares, of its number. */
const nameOf = ({ classes }: Table, value: number | null) => (value === null ? null : (classes[value] ?? value))
