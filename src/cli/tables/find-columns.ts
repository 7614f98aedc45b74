import { describeRow, LloydError, type NumberColumn, type Table, type TableColumn } from 'lloyd'

/** A column that identifies the rows, spelt as in the file. */
export interface IdColumn {
  name: string
  values: readonly string[]
}

export function abbreviate(texts: readonly string[]): string {
  const text = texts.join(', ').replace(/\s+/g, ' ')
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

/** The columns that an option lists; throws where one is listed twice. */
export function listColumns(path: string, table: Table, option: string, text: string): TableColumn[] {
  const whole = table.columns.find((column) => column.name === text)
  if (whole) return [whole]
  const names = splitNames(text)
  const columns = names.flatMap((name) => findColumns(path, table, option, name))
  const twice = columns.find((column, index) => columns.indexOf(column) !== index)
  if (twice) throw new LloydError('InputError', `${option} names '${twice.name}' twice; name it once`)
  return columns
}

/** The column of that name, or all columns of the list of that name, or else the one at that position. */
function findColumns(path: string, table: Table, option: string, name: string): TableColumn[] {
  const parts = table.columns.filter((column) => column.name.replace(/\[\d+\]$/, '') === name)
  return parts.length > 0 && !parts.some((column) => column.name === name)
    ? parts
    : [findColumn(path, table, option, name)]
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

/** The columns of --id. */
export function findIds(path: string, table: Table, id: string | undefined): IdColumn[] {
  return id === undefined ? [] : listColumns(path, table, '--id', id).map(asIds)
}

export function asIds(column: TableColumn): IdColumn {
  if (column.kind === 'text') return column
  throw new LloydError('InputError', `column '${column.name}' cannot be an --id; name a column of text or numbers`)
}

export function requireNumbers(path: string, table: Table, column: TableColumn): NumberColumn {
  if (column.kind === 'number') return column
  if (column.kind === 'text' && column.mixed) {
    const { value, row, readings } = column.mixed
    const cell = abbreviate([value])
    const remedies = readings.map(({ decimal, value }) => `--decimal ${decimal} reads it as ${value}`)
    if (remedies.length === 0) {
      const isSpelled = /\d/.test(value) && !/\p{L}{4}/u.test(value)
      remedies.push(
        isSpelled ? 'write it as a plain number' : `correct it, or give --na '${cell}' if it stands for a missing cell`,
      )
    }
    throw new LloydError(
      'InputError',
      `column '${column.name}' of ${path} has '${cell}' in ${describeRow(table, row)} among its numbers; ` +
        `${remedies.join(', ')}; --columns can leave the column out`,
    )
  }
  let what = column.kind === 'other' ? column.type : 'text'
  if (column.kind === 'text' && column.firstText) {
    what = `text: '${abbreviate([column.firstText.value])}' in ${describeRow(table, column.firstText.row)}`
  }
  throw new LloydError('InputError', `column '${column.name}' of ${path} holds ${what}; only numbers can be clustered`)
}

/** Splits names separated by commas; a name that contains a comma is quoted. */
export function splitNames(text: string): string[] {
  const names = text.match(/"(?:[^"]|"")*"(?=\s*(?:,|$))|[^,]+/g) ?? []
  const unquote = (name: string) => (/^".*"$/s.test(name) ? name.slice(1, -1).replaceAll('""', '"') : name)
  return names.map((name) => unquote(name.trim())).filter((name) => name !== '')
}
