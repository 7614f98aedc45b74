import {
  type Customers,
  cleanPurchases,
  customerValues,
  describeRow,
  LloydError,
  type ReadTableOptions,
  type Table,
  type TablePurchases,
  tablePurchases,
} from 'lloyd'
import { formatCount, formatQuantity } from '../numbers.js'
import { STANDARD } from '../standard-io.js'
import type { ColumnOptions } from './columns.js'
import { type DescribedTable, takeDescribed } from './described-table.js'
import { splitNames } from './find-columns.js'
import type { FileOptions } from './read-options.js'
import { readTableFrom } from './table-source.js'

export interface CustomerOptions extends ColumnOptions, FileOptions {
  rows?: 'purchases' | 'customers'
  customer?: string
  order?: string
  date?: string
  amount?: string
  dateFormat?: 'month/day' | 'day/month'
  asOf?: string
}

/** Customers of a table, and what was decided and left out on the way to them. */
export interface TakenCustomers {
  customers: Customers
  /** A table with a row for each customer. */
  read: Table
  /** Its rows, as they are described; labels are still to come. */
  table: DescribedTable
  /** How the table was read. */
  source: { rows: 'purchases' | 'customers'; columns?: TablePurchases['columns']; asOf?: string }
  /** Everything that was repaired, decided or left out; for a person, and for programs. */
  remarks: string[]
  counts: Record<string, number>
}

/** Takes customers from a table of their purchases, or from one with a row for each. */
export async function takeCustomers(
  path: string,
  options: CustomerOptions,
  reading: ReadTableOptions,
): Promise<TakenCustomers> {
  const table = await readWithDates(path, reading)
  const purchases = findPurchases(path, table, options)
  if (!purchases) return fromCustomers(path, table, options)
  const { customer, order } = purchases.columns
  const numeric = table.columns.filter(({ name, kind }) => kind === 'number' && (name === customer || name === order))
  if (numeric.length === 0) return fromPurchases(path, table, purchases, options)
  // Identifiers as they are spelt: 007 is not 7, and large numbers are rounded.
  if (path === STANDARD) {
    const named = numeric[0].name === customer ? '--customer' : '--order'
    if (numeric[0].kind === 'number' && numeric[0].rounded) {
      throw new LloydError(
        'InputError',
        `column '${numeric[0].name}' has numbers too large to tell apart; give ${named} '${numeric[0].name}', or a file`,
      )
    }
    return fromPurchases(path, table, purchases, options)
  }
  const text = [...(reading.text ?? []), ...numeric.map(({ name }) => name)]
  const spelt = await readWithDates(path, { ...reading, text })
  return fromPurchases(path, spelt, tablePurchases(spelt, purchaseColumns(options)), options)
}

const purchaseColumns = ({ customer, order, date, amount }: CustomerOptions) => ({
  ...{ customer, order, date },
  amount: amount === undefined ? undefined : splitNames(amount),
})

/** The table; dates of typed files as text. */
async function readWithDates(path: string, reading: ReadTableOptions): Promise<Table> {
  const table = await readTableFrom(path, reading)
  const dates = table.columns.filter((column) => column.kind === 'other' && column.type === 'times')
  if (dates.length === 0 || path === STANDARD) return table
  return await readTableFrom(path, { ...reading, text: [...(reading.text ?? []), ...dates.map(({ name }) => name)] })
}

/** Names of columns that identify customers. */
const CUSTOMER_NAMES = /^(customer|client|buyer|user|member|account)/i

/** The columns of purchases; null for a table of customers. */
function findPurchases(path: string, table: Table, options: CustomerOptions): TablePurchases | null {
  const { rows, order, date, amount, asOf, dateFormat } = options
  if (rows === 'customers') return null
  const asked = rows === 'purchases' || [order, date, amount, asOf, dateFormat].some((option) => option !== undefined)
  try {
    const found = tablePurchases(table, purchaseColumns(options))
    const repeats = new Set(found.records.customers).size < table.rows
    return asked || repeats ? found : null
  } catch (error) {
    if (asked || !(error instanceof LloydError)) throw error
    const repeated = table.columns.find(
      (column) =>
        column.kind !== 'other' &&
        CUSTOMER_NAMES.test(column.name) &&
        new Set<unknown>(column.values).size < table.rows,
    )
    if (!repeated) return null
    throw new LloydError(
      'InputError',
      `${path} has customers in several rows (column '${repeated.name}'), but ${error.message}; or give --rows customers`,
    )
  }
}

function fromPurchases(
  path: string,
  table: Table,
  { records, columns, categories, identical }: TablePurchases,
  { dateFormat, asOf: day }: CustomerOptions,
): TakenCustomers {
  const purchases = cleanPurchases(records, { dateFormat })
  const values = customerValues(purchases, { asOf: day })
  const { ids, asOf, later, withoutPurchase } = values
  const counts: Record<string, number> = { identical, later, 'without purchase': withoutPurchase.length }
  const remarks = [
    `each row of ${path} is a purchase: customer ${columns.customer}, date ${columns.date}, amount ${columns.amount.join(' × ')}, ` +
      `${columns.order === null ? 'an order is what a customer buys on one day' : `order ${columns.order}`}; --rows customers overrides`,
  ]
  for (const { kind, count, found, done, examples } of purchases.remarks) {
    counts[kind] = count
    const places = examples.map(({ row, text }) => `${describeRow(table, row)}: ${text}`)
    remarks.push(
      `${found}: ${formatCount(count)}, ${done}; ${count > places.length ? 'such as ' : ''}${places.join('; ')}`,
    )
  }
  if (identical > 0)
    remarks.push(`${formatQuantity(identical, 'row')} like a row before in all cells: counted as further purchases`)
  if (later > 0) remarks.push(`${formatQuantity(later, 'record')} after ${asOf}: left out`)
  if (withoutPurchase.length > 0) {
    const some = withoutPurchase.slice(0, 5).join(', ')
    remarks.push(
      `${formatQuantity(withoutPurchase.length, 'customer')} without a purchase: left out: ${some}${withoutPurchase.length > 5 ? ', …' : ''}`,
    )
  }
  const known = valuesOf(records.customers, categories, ids)
  const customers = { ...values, categories: known }
  return {
    customers,
    ...asTable(customers, columns.customer),
    source: { rows: 'purchases', columns, asOf },
    remarks,
    counts,
  }
}

/** The category of each customer: that of the first record that has one. */
function valuesOf(
  customers: readonly (string | number)[],
  categories: TablePurchases['categories'],
  ids: readonly string[],
): Record<string, (string | null)[]> {
  return Object.fromEntries(
    Object.entries(categories).map(([name, cells]) => {
      const known = new Map<string, string>()
      customers.forEach((customer, row) => {
        const cell = cells[row]
        if (cell !== null) known.set(String(customer).trim(), cell)
      })
      return [name, ids.map((id) => known.get(id) ?? null)]
    }),
  )
}

/** Customers as a table, in whose terms they are described. */
function asTable(
  { ids, names, values, categories = {} }: Customers,
  idName: string,
): Pick<TakenCustomers, 'read' | 'table'> {
  const rows = ids.length
  const number = (name: string, column: number) => ({
    kind: 'number' as const,
    ...{ name, missing: 0 },
    values: Float64Array.from({ length: rows }, (_, row) => values.data[row * names.length + column]),
  })
  const text = (name: string, cells: readonly (string | null)[]) => ({
    kind: 'text' as const,
    ...{ name, missing: 0, firstText: null },
    values: cells.map((cell) => cell ?? ''),
  })
  const columns = [...names.map(number), ...Object.entries(categories).map(([name, cells]) => text(name, cells))]
  return {
    read: {
      format: 'csv',
      rows,
      columns: [text(idName, ids), ...columns],
      named: true,
      doubtfulHeader: null,
      label: null,
      classes: [],
      lines: null,
    },
    table: {
      points: values,
      names: [...names],
      categories: { ...categories },
      labels: [],
      rows: Uint32Array.from({ length: rows }, (_, row) => row),
      ids: [{ name: idName, values: [...ids] }],
      leftOut: [],
      ...{ dropped: 0, filled: 0, unlabelled: 0 },
      remarks: [],
    },
  }
}

function fromCustomers(path: string, read: Table, options: CustomerOptions): TakenCustomers {
  const id = options.id ?? options.customer
  // All rows are of one group until they are segmented.
  const labels = { source: 'no segments', values: new Array<number>(read.rows).fill(0), column: null }
  const table = takeDescribed(path, read, labels, { ...options, ...(id !== undefined && { id }) })
  const { points, names, categories, rows, ids, remarks, dropped, filled } = table
  if (names.length === 0) {
    throw new LloydError(
      'InputError',
      `${path} has no columns of numbers to compare customers by; name some with --columns`,
    )
  }
  const nameOf = (row: number) => (ids.length > 0 ? ids.map(({ values }) => values[row]).join(' ') : `row ${row + 1}`)
  return {
    customers: { ids: Array.from(rows, nameOf), names, values: points, categories: textsOf(categories) },
    ...{ read, table },
    source: { rows: 'customers' },
    remarks: [`each row of ${path} is a customer; --rows purchases overrides`, ...remarks],
    counts: { dropped, filled },
  }
}

const textsOf = (categories: DescribedTable['categories']): Record<string, (string | null)[]> =>
  Object.fromEntries(
    Object.entries(categories).map(([name, cells]) => [
      name,
      Array.from(cells, (cell) => (cell === null || cell === undefined || cell === '' ? null : String(cell))),
    ]),
  )
