import { LloydError, mustBe } from '../../engine/error.js'
import { CLEAN_PURCHASES } from '../../options/customers.js'
import { readOptions } from '../../options/table.js'
import { type DateForm, isoDate } from '../dates.js'
import { readNumber } from '../read-number.js'
import { lastDayOfToday } from '../usual-days.js'
import { readPurchaseDates } from './purchase-dates.js'

/** Records of purchases: columns of equal length. */
export interface PurchaseRecords {
  /** The customer of each record; null, undefined and the empty text are none. */
  customers: ArrayLike<string | number | null | undefined>
  /** Dates as written, such as 2016-11-08 or 11/8/2016, with or without a time; of a `Date` the day in UTC. */
  dates: ArrayLike<string | Date | null | undefined>
  /** Amounts in one currency, negative for what was returned; NaN and empty texts are none. */
  amounts: ArrayLike<number | string | null | undefined>
  /** The order (invoice, basket) of each record. Without it, what a customer buys on one day is one order. */
  orders?: ArrayLike<string | number | null | undefined>
}

export interface CleanPurchasesOptions {
  /** Order of day and month in dates that end with the year; by default that of the dates with only one reading. */
  dateFormat?: DateForm
}

/** One kind of trouble with records. Plain data. */
export interface PurchaseRemark {
  kind:
    | 'date form'
    | 'other date form'
    | 'no customer'
    | 'unreadable date'
    | 'date far off'
    | 'future date'
    | 'no amount'
    | 'returned'
    | 'no order'
  count: number
  /** Whether these records are left out. */
  dropped: boolean
  found: string
  done: string
  /** Up to five of them; rows count from 0. */
  examples: { row: number; text: string }[]
}

/** Purchases as they were read. Plain data. */
export interface Purchases {
  /** Customers in the order of their first record; also those of whom no record can be read. */
  ids: string[]
  /** For each record that counts: index of its customer, day (days since 1970-01-01), amount, order and row. */
  customers: Uint32Array
  days: Float64Array
  amounts: Float64Array
  orders: Uint32Array
  rows: Uint32Array
  /** Number of records: those that count, and those that remarks drop. */
  records: number
  remarks: PurchaseRemark[]
}

const EXAMPLES = 5

/**
 * Purchases from records as found. What cannot be read is counted and told, and so is everything that was decided: the
 * form of dates, returned goods, records without an order.
 *
 * @throws LloydError `InputError` where columns differ in length, no record can be read, or nothing tells whether a date
 *   such as 4/12/2016 is month/day or day/month
 */
export function cleanPurchases(records: PurchaseRecords, options: CleanPurchasesOptions = {}): Purchases {
  const { dateFormat } = readOptions('cleanPurchases', options, CLEAN_PURCHASES)
  const { length } = requireColumns(records)
  const remarks = new Remarks()
  const dates = readPurchaseDates(records.dates, dateFormat)
  const today = lastDayOfToday()
  const kept = {
    customers: new Uint32Array(length),
    days: new Float64Array(length),
    amounts: new Float64Array(length),
    orders: new Uint32Array(length),
    rows: new Uint32Array(length),
  }
  const customers = new Map<string, number>()
  const orders = new Map<string, number>()
  let count = 0
  for (let row = 0; row < length; row++) {
    const name = textOf(records.customers[row])
    if (name === '') {
      remarks.add('no customer', row, textOf(records.dates[row]))
      continue
    }
    const customer = numberOf(customers, name)
    const day = dates.days[row]
    const amount = amountOf(records.amounts[row])
    if (Number.isNaN(day)) remarks.add('unreadable date', row, `'${textOf(records.dates[row])}'`)
    else if (day < dates.usual.from || day > dates.usual.to) remarks.add('date far off', row, isoDate(day))
    else if (!Number.isFinite(amount)) remarks.add('no amount', row, `'${textOf(records.amounts[row])}'`)
    else {
      const reading = dates.readingOf(row)
      if (reading) remarks.add(reading.kind, row, `'${textOf(records.dates[row])}'`, reading.done)
      if (day > today) remarks.add('future date', row, isoDate(day))
      if (amount < 0) remarks.add('returned', row, String(amount))
      const order = textOf(records.orders?.[row])
      if (records.orders && order === '') remarks.add('no order', row, name)
      kept.customers[count] = customer
      kept.days[count] = day
      kept.amounts[count] = amount
      kept.orders[count] = numberOf(orders, `${customer} ${order === '' ? `on ${day}` : `order ${order}`}`)
      kept.rows[count] = row
      count++
    }
  }
  if (count === 0) {
    throw new LloydError(
      'InputError',
      `none of ${length} records has a customer, a date and an amount; check the columns`,
    )
  }
  return {
    ids: [...customers.keys()],
    customers: kept.customers.slice(0, count),
    days: kept.days.slice(0, count),
    amounts: kept.amounts.slice(0, count),
    orders: kept.orders.slice(0, count),
    rows: kept.rows.slice(0, count),
    records: length,
    remarks: remarks.list(),
  }
}

function requireColumns(records: PurchaseRecords): { length: number } {
  const { customers, dates, amounts, orders = customers } = records ?? {}
  if (!customers || !dates || !amounts || typeof customers !== 'object') {
    throw mustBe('records', '{ customers, dates, amounts }, columns of equal length', records)
  }
  const { length } = customers
  if (dates.length === length && amounts.length === length && orders.length === length && length > 0) return { length }
  const lengths = `${length} customers, ${dates.length} dates and ${amounts.length} amounts`
  throw new LloydError(
    'InputError',
    `records have ${lengths}, ${orders.length} orders; give one of each for every record`,
  )
}

const textOf = (cell: unknown) =>
  cell === null || cell === undefined || Number.isNaN(cell)
    ? ''
    : cell instanceof Date
      ? Number.isNaN(cell.getTime())
        ? 'Invalid Date'
        : cell.toISOString()
      : String(cell).trim()

function amountOf(cell: number | string | null | undefined): number {
  return typeof cell === 'number' ? cell : readNumber(textOf(cell)).value
}

function numberOf(numbers: Map<string, number>, name: string): number {
  let number = numbers.get(name)
  if (number === undefined) {
    number = numbers.size
    numbers.set(name, number)
  }
  return number
}

/** Words for each kind of remark, in the order in which they are told. */
const WORDS: Record<PurchaseRemark['kind'], { dropped: boolean; found: string; done: string }> = {
  'date form': { dropped: false, found: 'dates that could be month/day or day/month', done: '' },
  'other date form': { dropped: false, found: 'dates in the other form only', done: 'read so' },
  'no customer': { dropped: true, found: 'records without a customer', done: 'left out' },
  'unreadable date': { dropped: true, found: 'dates that are none', done: 'left out' },
  'date far off': { dropped: true, found: 'dates far before or after all others', done: 'left out' },
  'future date': {
    dropped: false,
    found: 'dates after today',
    done: 'they count, and set the day of reference unless it is given',
  },
  'no amount': { dropped: true, found: 'records without an amount', done: 'left out' },
  returned: { dropped: false, found: 'negative amounts', done: 'subtracted as returned' },
  'no order': {
    dropped: false,
    found: 'records without an order',
    done: 'those of a customer on one day are one order',
  },
}

class Remarks {
  readonly #found = new Map<PurchaseRemark['kind'], PurchaseRemark>()

  add(kind: PurchaseRemark['kind'], row: number, text: string, done = WORDS[kind].done): void {
    let remark = this.#found.get(kind)
    if (!remark) {
      remark = { kind, count: 0, ...WORDS[kind], done, examples: [] }
      this.#found.set(kind, remark)
    }
    if (remark.count++ < EXAMPLES) remark.examples.push({ row, text })
  }

  list(): PurchaseRemark[] {
    return (Object.keys(WORDS) as PurchaseRemark['kind'][]).flatMap((kind) => this.#found.get(kind) ?? [])
  }
}
