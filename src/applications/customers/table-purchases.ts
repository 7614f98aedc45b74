import { requireColumn, requireTable } from '../../data/tables/find-column.js'
import type { NumberColumn, Table, TableColumn, TextColumn } from '../../data/tables/table.js'
import { LloydError } from '../../engine/error.js'
import { TABLE_PURCHASES } from '../../options/customers.js'
import { readOptions } from '../../options/table.js'
import type { PurchaseRecords } from './purchases.js'

export interface TablePurchasesOptions {
  /** Columns of the customer, the order and the date, by name; by default found by their names. */
  customer?: string
  order?: string
  date?: string
  /** The column of amounts, or several whose product is the amount, such as quantity and price. */
  amount?: readonly string[]
}

/** Records of purchases from a table, and what else it tells about customers. */
export interface TablePurchases {
  records: PurchaseRecords & { customers: (string | number)[] }
  /** Names of the columns that were taken. */
  columns: { customer: string; date: string; amount: string[]; order: string | null }
  /** Columns of few texts that are the same in all records of each customer, by name: the value of each record. */
  categories: Record<string, (string | null)[]>
  /** Number of rows all of whose cells are those of a row before. */
  identical: number
}

const ROLES = ['customer', 'order', 'date'] as const
type Role = (typeof ROLES)[number]

const NUMBERED = '[ _.-]*(id|no|nr|number|key|code)?'
/** Names by which columns are found, the likelier ones first. */
const KNOWN: Record<Role | 'amount' | 'quantity' | 'price', readonly RegExp[]> = {
  customer: [
    new RegExp(`^(customer|client|buyer)${NUMBERED}$`, 'i'),
    new RegExp(`^(user|member|account|household|person)${NUMBERED}$`, 'i'),
    /^(customer|client|buyer)[ _.-]*name$/i,
  ],
  order: [new RegExp(`^(order|invoice|transaction|basket|receipt|purchase)${NUMBERED}$`, 'i')],
  date: [
    /^(order|invoice|transaction|purchase)[ _.-]*(date|day|time|timestamp)$/i,
    /^(date|day|time|timestamp|datetime)$/i,
  ],
  amount: [/^(amount|sales|revenue|turnover|spend|spent|line[ _.-]*total|total([ _.-]*(amount|price))?)$/i],
  quantity: [/^(quantity|qty|units)$/i],
  price: [/^(unit[ _.-]*)?price$/i],
}

/** Most different texts of a categorical column. */
const MOST_VALUES = 20

/**
 * Takes the columns of purchases from a table (Node) in which each row is one: customer, date, amount, and order where there
 * is one. Without an amount, it is quantity times price.
 *
 * @throws LloydError `InputError` where a column is not found or holds other than dates and numbers
 */
export function tablePurchases(table: Table, options: TablePurchasesOptions = {}): TablePurchases {
  const given = readOptions('tablePurchases', options, TABLE_PURCHASES)
  requireTable(table)
  const find = (role: Role) =>
    given[role] === undefined ? findKnown(table, role) : requireColumn(table, role, given[role])
  const need = (role: 'customer' | 'date') => find(role) ?? missing(table, role)
  const customer = cellsOf(need('customer'), 'customer')
  const date = cellsOf(need('date'), 'date')
  const found = find('order')
  const order = found && cellsOf(found, 'order')
  const amounts = amountColumns(table, given.amount)
  const customers = Array.from<string | number>(customer.values)
  const taken = new Set([customer, date, order, ...amounts].map((column) => column?.name))
  return {
    records: {
      customers,
      dates: Array.from<string | number, string>(date.values, String),
      amounts: productOf(amounts),
      ...(order && { orders: order.values }),
    },
    columns: {
      customer: customer.name,
      date: date.name,
      amount: amounts.map(({ name }) => name),
      order: order?.name ?? null,
    },
    categories: Object.fromEntries(
      table.columns
        .filter((column): column is TextColumn => column.kind === 'text' && !taken.has(column.name))
        .filter((column) => isCategory(column, customers))
        .map(({ name, values }) => [name, values.map((value) => (value === '' ? null : value))]),
    ),
    identical: countIdentical(table),
  }
}

function findKnown(table: Table, role: keyof typeof KNOWN): TableColumn | null {
  for (const pattern of KNOWN[role]) {
    const column = table.columns.find(({ name, unnamed }) => !unnamed && pattern.test(name.trim()))
    if (column) return column
  }
  return null
}

function missing(table: Table, role: 'customer' | 'date' | 'amount'): never {
  const names = table.columns.slice(0, 8).map(({ name }) => `'${name}'`)
  if (table.columns.length > names.length) names.push('…')
  throw new LloydError(
    'InputError',
    `no column is named as that of the ${role}; name it by the option ${role} (--${role}): the table has ${names.join(', ')}`,
  )
}

function cellsOf(column: TableColumn, role: string): NumberColumn | TextColumn {
  if (column.kind !== 'other') return column
  throw new LloydError(
    'InputError',
    `${role}: column '${column.name}' holds ${column.type}, which are not read; give a CSV file`,
  )
}

function amountColumns(table: Table, names: readonly string[] | undefined): NumberColumn[] {
  const [amount, quantity, price] = (['amount', 'quantity', 'price'] as const).map((role) => findKnown(table, role))
  const columns = names
    ? names.map((name) => requireColumn(table, 'amount', name))
    : amount
      ? [amount]
      : quantity && price
        ? [quantity, price]
        : missing(table, 'amount')
  return columns.map((column) => {
    if (column.kind === 'number') return column
    throw new LloydError(
      'InputError',
      `amount: column '${column.name}' is not one of numbers; correct it or name another`,
    )
  })
}

function productOf(columns: readonly NumberColumn[]): Float64Array {
  const product = columns[0].values.slice()
  for (const { values } of columns.slice(1)) for (let row = 0; row < product.length; row++) product[row] *= values[row]
  return product
}

/** Whether a column has 2 to 20 texts, and the same in all records of each customer that have one. */
function isCategory({ values }: TextColumn, customers: readonly (string | number)[]): boolean {
  const distinct = new Set<string>()
  const own = new Map<string | number, string>()
  for (let row = 0; row < values.length; row++) {
    if (values[row] === '' || customers[row] === '' || Number.isNaN(customers[row])) continue
    distinct.add(values[row])
    const known = own.get(customers[row])
    if (known === undefined) own.set(customers[row], values[row])
    else if (known !== values[row]) return false
    if (distinct.size > MOST_VALUES) return false
  }
  return distinct.size > 1
}

function countIdentical({ columns, rows }: Table): number {
  const seen = new Set<string>()
  for (let row = 0; row < rows; row++) {
    seen.add(columns.map((column) => (column.kind === 'other' ? '' : column.values[row])).join('\u0000'))
  }
  return rows - seen.size
}
