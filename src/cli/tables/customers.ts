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
import { inputName } from '../standard-io.js'
import { type DescribedTable, takeDescribed } from './described-table.js'
import { findColumn } from './find-columns.js'
import {
  type CustomerOptions,
  findPurchases,
  purchaseColumns,
  readSpelt,
  readWithDates,
  refuseUnused,
} from './purchase-table.js'

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
  refuseUnused(purchases ? 'purchases' : 'customers', options)
  if (!purchases) {
    const { customer } = options
    const ids = customer === undefined ? [] : [findColumn(path, table, '--customer', customer).name]
    return fromCustomers(path, await readSpelt(path, table, ids, reading), options)
  }
  const { customer, order } = purchases.columns
  const spelt = await readSpelt(path, table, order === null ? [customer] : [customer, order], reading)
  return fromPurchases(inputName(path), spelt, tablePurchases(spelt, purchaseColumns(options)), options)
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
      `${columns.order === null ? 'an order is what a customer buys on one day' : `order ${columns.order}`}` +
      `${Object.keys(categories)
        .map((name) => `, category ${name}`)
        .join('')}; --rows customers overrides`,
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

/** The category of each customer, which all of its records share that have one. */
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
    remarks: [`each row of ${inputName(path)} is a customer; --rows purchases overrides`, ...remarks],
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
