import { LloydError, type NumberColumn, type Table, type TableColumn } from 'lloyd'
import { formatQuantity } from './numbers.js'
import { remark } from './terminal.js'

export interface ColumnOptions {
  /** Names or positions, separated by commas. */
  columns?: string
  weights?: string
  label?: string
}

export interface ChosenColumns {
  used: NumberColumn[]
  weights: NumberColumn | null
  /** The columns that were not asked for and not taken, each with the reason in words. */
  leftOut: { name: string; reason: string }[]
}

const LABEL_NAMES = /^(labels?|class(es)?|targets?|species|clusters?|y)$/i
/** `__index_level_0__` is what pandas calls an unnamed index in Parquet. */
const ROW_NAMES = /^(id|index|row|row[ _]?(id|no|number)|unnamed: 0|__index_level_\d+__)$/i

/**
 * Chooses the columns to cluster: those of --columns, or all numeric ones but the weights, the label and what looks like
 * labels or row numbers, which would otherwise lead the clusters unseen.
 */
export function chooseColumns(path: string, table: Table, options: ColumnOptions): ChosenColumns {
  const label = options.label === undefined ? null : findColumn(path, table, '--label', options.label)
  const weights =
    options.weights === undefined
      ? null
      : requireNumbers(path, table, findColumn(path, table, '--weights', options.weights))
  const leftOut: ChosenColumns['leftOut'] = []
  let used: NumberColumn[]
  if (options.columns === undefined) {
    const candidates: NumberColumn[] = []
    for (const column of table.columns) {
      if (column === weights) continue
      const reason = column === label ? 'the label' : reasonToLeaveOut(table, column, label !== null)
      if (reason === null) candidates.push(column as NumberColumn)
      else leftOut.push({ name: column.name, reason })
    }
    used = candidates
  } else {
    used = listed(path, table, options.columns).map((column) => requireNumbers(path, table, column))
    for (const [column, option] of [
      [weights, '--weights'],
      [label, '--label'],
    ] as const) {
      if (column && used.includes(column as NumberColumn)) {
        throw new LloydError(
          'InputError',
          `'${column.name}' is in both --columns and ${option}; name it in one of them`,
        )
      }
    }
  }
  if (used.length === 0) {
    const why = leftOut.map(({ name, reason }) => `${name} (${reason})`).join(', ')
    throw new LloydError(
      'InputError',
      `${path} has no column to cluster${why && `; left out: ${why}`}; name numeric columns with --columns`,
    )
  }
  return { used, weights, leftOut }
}

/** One line that names what was left out. */
export function describeLeftOut(leftOut: ChosenColumns['leftOut']): string {
  const names = leftOut.map(({ name, reason }) => `${name} (${reason})`).join(', ')
  return `left out ${formatQuantity(leftOut.length, 'column')}: ${names}; --columns chooses others`
}

function reasonToLeaveOut(table: Table, column: TableColumn, labelIsKnown: boolean): string | null {
  if (column.kind === 'other') return column.type
  if (column.missing === table.rows) return 'empty'
  if (column.name === table.label) return `the label: ${abbreviate(table.classes)}`
  if (column.kind === 'text') {
    const distinct = new Set(column.values).size
    if (!labelIsKnown && distinct <= fewOf(table.rows)) return `text, a label with ${formatQuantity(distinct, 'value')}`
    const { value, row } = column.firstText ?? { value: column.values.find((cell) => cell !== '')!, row: -1 }
    return `text, ${row < 0 ? 'such as' : `${placeOf(table, row)} is`} '${abbreviate([value])}'`
  }
  // One that is all there is was meant, unless its name says otherwise.
  const others = table.columns.filter((other) => other !== column && other.kind === 'number')
  if (ROW_NAMES.test(column.name)) return 'an identifier'
  if (looksLikeRowNumbers(table, column)) return 'row numbers'
  if (labelIsKnown || table.label !== null) return null
  if (isCoordinate(table, column)) return null
  const isNamedSo = LABEL_NAMES.test(column.name)
  const few = fewOf(table.rows)
  if (!isNamedSo && !(others.length > 0 && isWhereLabelsAre(table, column, others, few))) return null
  const distinct = countIntegers(column, isNamedSo ? Math.max(2, table.rows >> 1) : few)
  return distinct === null || distinct < 2 ? null : `a label with ${formatQuantity(distinct, 'value')}`
}

/** The last column, or the first where no other has few whole numbers. */
function isWhereLabelsAre(table: Table, column: NumberColumn, others: readonly TableColumn[], few: number): boolean {
  if (column === table.columns[table.columns.length - 1]) return true
  return column === table.columns[0] && others.every((other) => countIntegers(other as NumberColumn, few) === null)
}

/** `y` is a common name of labels, but not beside `x`. */
function isCoordinate(table: Table, column: NumberColumn): boolean {
  return /^[xyz]$/i.test(column.name) && table.columns.some(({ name }) => name.toLowerCase() === 'x')
}

/** How many distinct values a label may have: few, also beside the rows. The letters of the alphabet are few. */
function fewOf(rows: number): number {
  return Math.min(30, Math.floor(Math.sqrt(rows)))
}

/** The number of distinct values of a column of integers, or null when there is a fraction or more than `most`. */
function countIntegers({ values }: NumberColumn, most: number): number | null {
  const seen = new Set<number>()
  for (const value of values) {
    if (Number.isNaN(value)) continue
    if (!Number.isInteger(value)) return null
    seen.add(value)
    if (seen.size > most) return null
  }
  return seen.size
}

/** Without a name and counting up: what pandas writes before the first column. */
function looksLikeRowNumbers(table: Table, column: NumberColumn): boolean {
  if (!table.named || table.columns[0] !== column || column.name !== 'column 1') return false
  return column.values.every((value, row) => value === column.values[0] + row)
}

function abbreviate(texts: readonly string[]): string {
  const text = texts.join(', ').replace(/\s+/g, ' ')
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

/** `row 5`, and the line of the file where that is known. */
export function placeOf(table: Table, row: number): string {
  return table.lines ? `row ${row + 1} (line ${table.lines[row]})` : `row ${row + 1}`
}

function listed(path: string, table: Table, text: string): TableColumn[] {
  const whole = table.columns.find((column) => column.name === text)
  if (whole) return [whole]
  const columns = text.split(',').map((name) => findColumn(path, table, '--columns', name.trim()))
  const twice = columns.find((column, index) => columns.indexOf(column) !== index)
  if (twice) throw new LloydError('InputError', `--columns names '${twice.name}' twice; name it once`)
  return columns
}

/** The column of that name, or else at that position, from 1. */
export function findColumn(path: string, table: Table, option: string, name: string): TableColumn {
  const column =
    table.columns.find((column) => column.name === name) ??
    (/^\d+$/.test(name) ? table.columns[Number(name) - 1] : undefined)
  if (column) return column
  const names = abbreviate(table.columns.map((column) => column.name))
  throw new LloydError('InputError', `${path} has no column '${name}', which ${option} names; it has ${names}`)
}

export function requireNumbers(path: string, table: Table, column: TableColumn): NumberColumn {
  if (column.kind === 'number') return column
  let what = column.kind === 'other' ? column.type : 'text'
  if (column.kind === 'text' && column.firstText) {
    what = `text: '${abbreviate([column.firstText.value])}' in ${placeOf(table, column.firstText.row)}`
  }
  throw new LloydError('InputError', `column '${column.name}' of ${path} holds ${what}; only numbers can be clustered`)
}

/** The columns that a model was made from, in its order; the table may have them in any, and others beside them. */
export function findModelColumns(
  path: string,
  table: Table,
  modelPath: string,
  columns: readonly string[],
): NumberColumn[] {
  const byName = new Map(table.columns.map((column) => [column.name, column]))
  const absent = columns.filter((name) => !byName.has(name))
  if (absent.length > 0) {
    const names = absent.slice(0, 5).map((name) => `'${name}'`)
    if (absent.length > names.length) names.push(`${absent.length - names.length} more`)
    throw new LloydError(
      'InputError',
      `${path} has no column ${names.join(', ')}, which the model ${modelPath} needs; name its columns as in training`,
    )
  }
  // One more may be the label; a table that has many more is likely another one.
  if (!table.named && table.columns.length > columns.length + 1) {
    const names = abbreviate(columns)
    remark(`the columns of ${path} have no names; took ${columns.length} of ${table.columns.length} by place: ${names}`)
  }
  return columns.map((name) => requireNumbers(path, table, byName.get(name)!))
}
