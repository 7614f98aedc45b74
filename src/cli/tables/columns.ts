import {
  chooseColumns,
  describeRow,
  type LeftOutReason,
  LloydError,
  type NumberColumn,
  type Table,
  type TableColumn,
  type TextColumn,
} from 'lloyd'
import { formatQuantity } from '../numbers.js'
import { abbreviate, asIds, findColumn, type IdColumn, listColumns, requireNumbers } from './find-columns.js'

export interface ColumnOptions {
  /** Names or positions, separated by commas. */
  columns?: string
  weights?: string
  label?: string
  id?: string
}

/** The columns that are used. */
interface UsedColumns {
  used: NumberColumn[]
  /** The columns left out by the rules, each with the reason. */
  leftOut: { name: string; reason: string }[]
  /** The first column where it may be an index, which only its numbers suggest. */
  doubtful: NumberColumn | null
}

export interface TableColumns extends UsedColumns {
  weights: NumberColumn | null
  ids: IdColumn[]
}

/** The columns that options name. */
interface Named {
  label: TableColumn | null
  ids: TableColumn[]
  weights: NumberColumn | null
}

/** The columns to cluster: those of --columns, or those that `chooseColumns` takes. `READING_RULES` states the rules. */
export function columnsToCluster(path: string, table: Table, options: ColumnOptions): TableColumns {
  const label = options.label === undefined ? null : findColumn(path, table, '--label', options.label)
  const ids = options.id === undefined ? [] : listColumns(path, table, '--id', options.id)
  const weights =
    options.weights === undefined
      ? null
      : requireNumbers(path, table, findColumn(path, table, '--weights', options.weights))
  const named = { label, ids, weights }
  const { columns } = options
  const chosen = columns === undefined ? byRules(path, table, named) : byNames(path, table, columns, named)
  if (chosen.used.length === 0) {
    const why = chosen.leftOut.map(({ name, reason }) => `${name} (${reason})`).join(', ')
    throw new LloydError(
      'InputError',
      `${path} has no columns to cluster${why && `; left out: ${why}`}; ${remedyForNone(table)}`,
    )
  }
  return { ...chosen, weights, ids: ids.map(asIds) }
}

function byRules(path: string, table: Table, { label, ids, weights }: Named): UsedColumns {
  const { used, mixed, leftOut, doubtful } = chooseColumns(table, {
    label: label?.name,
    ids: ids.map(({ name }) => name),
    weights: weights?.name,
  })
  // Throws for the first of them.
  for (const column of mixed) requireNumbers(path, table, column)
  const reasons = leftOut.map(({ column, reason }) => {
    return { name: column.name, reason: describeReason(table, column, reason) }
  })
  return { used, leftOut: reasons, doubtful }
}

function byNames(path: string, table: Table, columns: string, { label, ids, weights }: Named): UsedColumns {
  const wanted = listColumns(path, table, '--columns', columns)
  const others: [TableColumn | null, string][] = [
    [weights, '--weights'],
    [label, '--label'],
    ...ids.map((id): [TableColumn, string] => [id, '--id']),
  ]
  for (const [column, option] of others) {
    if (column && wanted.includes(column)) {
      throw new LloydError('InputError', `'${column.name}' is in both --columns and ${option}; name it in one of them`)
    }
  }
  return { used: wanted.map((column) => requireNumbers(path, table, column)), leftOut: [], doubtful: null }
}

function describeReason(table: Table, column: TableColumn, reason: LeftOutReason): string {
  if (column.kind === 'other' && reason === 'other') return column.type
  switch (reason) {
    case 'label':
      return 'the label'
    case 'id':
      return 'the identifier'
    case 'declared label':
      return `the label: ${abbreviate(table.classes)}`
    case 'name of a label':
      return 'a label by its name'
    case 'name of an identifier':
      return 'an identifier by its name'
    case 'text':
      return describeText(table, column as TextColumn)
    default:
      return reason
  }
}

function describeText(table: Table, { values, firstText }: TextColumn): string {
  const { value, row } = firstText ?? { value: values.find((cell) => cell !== '') ?? '', row: -1 }
  return `text, ${row < 0 ? 'such as' : `${describeRow(table, row)} is`} '${abbreviate([value])}'`
}

/** Remedy for a table without columns to cluster. Blanks are not separators by default, since texts have them too. */
function remedyForNone({ columns: [first, ...others] }: Table): string {
  const looksSpaced =
    others.length === 0 && first.kind === 'text' && /^[+-]?[\d.]+(\s+\S+)*\s+[+-]?[\d.]+/.test(first.values.at(-1)!)
  return looksSpaced ? '--delimiter space separates cells at blanks' : 'name numeric columns with --columns'
}

/** One line that tells which columns are used and which are left out. */
export function describeChoice(verb: string, { used, leftOut, doubtful }: UsedColumns): string {
  const names = abbreviate(used.map(({ name }) => name))
  const taken = `${verb} ${formatQuantity(used.length, 'column')}: ${names}`
  const left = leftOut.map(({ name, reason }) => `${name} (${reason})`).join(', ')
  const hint = doubtful ? `; ${doubtful.name} numbers the rows, and --id 1 leaves it out` : ''
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
      `${names} of ${path} has integers above 2^53, which lose their last digits: the first is ${value} in ${describeRow(table, row)}`,
    )
  }
  return lines
}
