import {
  LloydError,
  type NumberColumn,
  type ReadTableOptions,
  type Table,
  type TablePurchases,
  tablePurchases,
} from 'lloyd'
import type { ColumnOptions } from './columns.js'
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

/** Refuses options that only the other kind of table has. */
export function refuseUnused(kind: 'purchases' | 'customers', options: CustomerOptions): void {
  const others =
    kind === 'customers'
      ? ({
          order: '--order',
          date: '--date',
          amount: '--amount',
          asOf: '--as-of',
          dateFormat: '--date-format',
        } as const)
      : ({ columns: '--columns', label: '--label', id: '--id' } as const)
  const unused = Object.entries(others).find(([name]) => options[name as keyof CustomerOptions] !== undefined)
  if (!unused) return
  const other = kind === 'customers' ? 'purchases' : 'customers'
  throw new LloydError(
    'InputError',
    `${unused[1]} is for tables of ${other}, and this is read as one of ${kind}; see --rows`,
  )
}

/** The table with columns of numbers as they are spelt: 007 is not 7, and large numbers are rounded. */
export async function readSpelt(
  path: string,
  table: Table,
  names: string[],
  reading: ReadTableOptions,
): Promise<Table> {
  const numeric = table.columns.filter(
    (column): column is NumberColumn => column.kind === 'number' && names.includes(column.name),
  )
  if (numeric.length === 0) return table
  const text = [...(reading.text ?? []), ...numeric.map(({ name }) => name)]
  const spelt = await readWithDates(path, { ...reading, text })
  for (const column of spelt.columns) {
    const missing = numeric.find(({ name }) => name === column.name)?.values
    // Markers such as NA are no identifiers.
    if (missing && column.kind === 'text')
      column.values = column.values.map((cell, row) => (Number.isNaN(missing[row]) ? '' : cell))
  }
  return spelt
}

export const purchaseColumns = ({ customer, order, date, amount }: CustomerOptions) => ({
  ...{ customer, order, date },
  amount: amount === undefined ? undefined : splitNames(amount),
})

/** The table; dates of typed files as text. */
export async function readWithDates(path: string, reading: ReadTableOptions): Promise<Table> {
  const table = await readTableFrom(path, reading)
  const dates = table.columns.filter((column) => column.kind === 'other' && column.type === 'times')
  if (dates.length === 0) return table
  return await readTableFrom(path, { ...reading, text: [...(reading.text ?? []), ...dates.map(({ name }) => name)] })
}

/** Names of columns that identify customers. */
const CUSTOMER_NAMES = /^(customer|client|buyer|user|member|account)/i

/** The columns of purchases; null for a table of customers. */
export function findPurchases(path: string, table: Table, options: CustomerOptions): TablePurchases | null {
  const { rows, order, date, amount, asOf, dateFormat } = options
  if (rows === 'customers') return null
  const asked = rows === 'purchases' || [order, date, amount, asOf, dateFormat].some((option) => option !== undefined)
  try {
    const found = tablePurchases(table, purchaseColumns(options))
    const named = found.records.customers.filter((customer) => customer !== '' && !Number.isNaN(customer))
    const repeats = new Set(named).size < named.length
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
