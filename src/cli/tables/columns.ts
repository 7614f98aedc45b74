import { LloydError, type NumberColumn, type Table, type TableColumn, type TextColumn } from 'lloyd'
import { formatQuantity } from '../numbers.js'
import { remark } from '../views/terminal.js'
import { abbreviate, asIds, findColumn, type IdColumn, listColumns, placeOf, requireNumbers } from './find-columns.js'

export interface ColumnOptions {
  /** Names or positions, separated by commas. */
  columns?: string
  weights?: string
  label?: string
  id?: string
}

export interface ChosenColumns {
  used: NumberColumn[]
  weights: NumberColumn | null
  ids: IdColumn[]
  /** The columns left out by the rules, each with the reason. */
  leftOut: { name: string; reason: string }[]
}

const LABEL_NAMES = /^(class(es)?|labels?|targets?|species|clusters?)$/i
/** Names of identifiers, without blanks, dots, dashes and underscores; pandas writes `__index_level_0__` to Parquet. */
const ID_NAMES = /^(id|uuid|guid|index|idx|identifier|no|nr|sno|srno|rowid|rownames?|indexlevel\d+|#|№)$/i
const ID_ENDINGS = /[ _.-](id|Id|ID)$|[\p{Ll}\d]I[dD]$/u
/** Names that pandas and R's readr give to columns without a name. */
const NO_NAMES = /^(unnamed: \d+(\.\d+)?|\.\.\.\d+)$/i

/**
 * Chooses the columns to cluster: those of --columns, or all numeric ones except the weights and those that are
 * something else by their name, type or pattern. `READING_RULES` states the rules.
 */
export function chooseColumns(path: string, table: Table, options: ColumnOptions): ChosenColumns {
  const label = options.label === undefined ? null : findColumn(path, table, '--label', options.label)
  const ids = options.id === undefined ? [] : listColumns(path, table, '--id', options.id)
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
      const reason =
        column === label
          ? 'the label'
          : ids.includes(column)
            ? 'the identifier'
            : reasonToLeaveOut(table, column, label)
      if (reason === null) candidates.push(requireNumbers(path, table, column))
      else leftOut.push({ name: column.name, reason })
    }
    used = candidates
  } else {
    const wanted = listColumns(path, table, '--columns', options.columns)
    const others: [TableColumn | null, string][] = [
      [weights, '--weights'],
      [label, '--label'],
    ]
    for (const [column, option] of [...others, ...ids.map((id): [TableColumn, string] => [id, '--id'])]) {
      if (column && wanted.includes(column)) {
        throw new LloydError(
          'InputError',
          `'${column.name}' is in both --columns and ${option}; name it in one of them`,
        )
      }
    }
    used = wanted.map((column) => requireNumbers(path, table, column))
  }
  if (used.length === 0) {
    const why = leftOut.map(({ name, reason }) => `${name} (${reason})`).join(', ')
    throw new LloydError(
      'InputError',
      `${path} has no columns to cluster${why && `; left out: ${why}`}; ${remedyForNone(table)}`,
    )
  }
  return { used, weights, ids: ids.map(asIds), leftOut }
}

/** Remedy for a table without columns to cluster. Blanks are not separators by default, since texts have them too. */
function remedyForNone({ columns: [first, ...others] }: Table): string {
  const looksSpaced =
    others.length === 0 && first.kind === 'text' && /^[+-]?[\d.]+(\s+\S+)*\s+[+-]?[\d.]+/.test(first.values.at(-1)!)
  return looksSpaced ? '--delimiter space separates cells at blanks' : 'name numeric columns with --columns'
}

/** One line that tells which columns are used and which are left out. */
export function describeChoice(verb: string, table: Table, { used, leftOut }: ChosenColumns): string {
  const names = abbreviate(used.map(({ name }) => name))
  const taken = `${verb} ${formatQuantity(used.length, 'column')}: ${names}`
  const left = leftOut.map(({ name, reason }) => `${name} (${reason})`).join(', ')
  const [first] = table.columns
  // Only its numbers suggest an index, so the column is used, with a hint.
  const hint =
    !table.named && table.lines && used[0] === first && table.rows >= 10 && countsRows(used[0])
      ? `; ${first.name} numbers the rows, and --id 1 leaves it out`
      : ''
  if (leftOut.length === 0) return taken + hint
  return `${taken}; left out ${formatQuantity(leftOut.length, 'column')}: ${left}; --columns chooses others${hint}`
}

/** Decisions and losses of the reader, a line each. */
export function describeReading(path: string, table: Table, used: readonly NumberColumn[]): string[] {
  const lines: string[] = []
  if (table.doubtfulHeader) {
    const line = `the first line of ${path} (${abbreviate(table.doubtfulHeader)})`
    lines.push(
      table.named
        ? `${line} was read as column names; --no-header makes it a row`
        : `${line} was read as a row; --header makes it the column names`,
    )
  }
  const rounded = used.filter((column) => column.rounded)
  if (rounded.length > 0) {
    const { value, row } = rounded[0].rounded!
    const names = abbreviate(rounded.map(({ name }) => name))
    lines.push(
      `${names} of ${path} has integers above 2^53, which lose their last digits: the first is ${value} in ${placeOf(table, row)}`,
    )
  }
  return lines
}

function reasonToLeaveOut(table: Table, column: TableColumn, label: TableColumn | null): string | null {
  if (column.kind === 'other') return column.type
  if (column.missing === table.rows) return 'empty'
  if (column.name === table.label) return `the label: ${abbreviate(table.classes)}`
  if (table.named) {
    if (isIdentifier(table, column)) return 'an identifier by its name'
    if (isIndex(table, column)) return 'row numbers'
    if (label === null && LABEL_NAMES.test(column.name)) return 'a label by its name'
  }
  if (column.kind === 'number' || column.mixed) return null
  const { value, row } = column.firstText ?? { value: column.values.find((cell) => cell !== '') ?? '', row: -1 }
  return `text, ${row < 0 ? 'such as' : `${placeOf(table, row)} is`} '${abbreviate([value])}'`
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

/** The columns that a model needs, in its order; the table may have them in any order, and others too. */
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
  // An extra column that the file declares to be the label cannot be mistaken.
  if (!table.named && table.columns.length > columns.length + (table.label === null ? 0 : 1)) {
    const names = abbreviate(columns)
    remark(
      `the columns of ${path} have no names; used ${columns.length} of ${table.columns.length} by position: ${names}`,
    )
  }
  return columns.map((name) => requireNumbers(path, table, byName.get(name)!))
}
