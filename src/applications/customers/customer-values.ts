import { LloydError, mustBe, requireRecord } from '../../engine/error.js'
import { CUSTOMER_VALUES } from '../../options/customers.js'
import { readOptions } from '../../options/table.js'
import type { Matrix } from '../../types.js'
import { isoDate, readDate } from '../dates.js'
import type { Purchases } from './purchases.js'

/** A table of customers: a row for each. */
export interface Customers {
  ids: readonly string[]
  /** Names of the columns of `values`. */
  names: readonly string[]
  /** Customers × columns, in units to be told. */
  values: Matrix<Float64Array>
  /** Categorical columns by name, with a value for each customer; null is none. */
  categories?: Readonly<Record<string, readonly (string | null)[]>>
}

/** Recency, frequency and monetary value of customers. Plain data. */
export interface CustomerValues extends Customers {
  values: Matrix<Float64Array<ArrayBuffer>>
  /** The day, such as 2017-12-30, from which days are counted back. */
  asOf: string
  /** Records after that day, which do not count. */
  later: number
  /** Customers who bought nothing until then, whose rows there are none of. */
  withoutPurchase: string[]
}

/** Names of the columns of recency, frequency and monetary value. */
export const PURCHASE_COLUMNS = ['days since last order', 'orders', 'amount'] as const

export interface CustomerValuesOptions {
  /** The day from which days are counted back, as 2017-12-31; by default the last day of all records. */
  asOf?: string
}

/**
 * Recency, frequency and monetary value of each customer (J. R. Bult and T. Wansbeek, "Optimal selection for direct mail",
 * Marketing Science 14(4), 1995): days since the last order, number of orders, and the sum of amounts, returned goods
 * subtracted. An order counts where an amount in it is positive.
 *
 * @throws LloydError `InputError` where `asOf` is no date, or no customer has bought anything until then
 */
export function customerValues(purchases: Purchases, options: CustomerValuesOptions = {}): CustomerValues {
  const { asOf } = readOptions('customerValues', options, CUSTOMER_VALUES)
  requireRecord('purchases', 'what cleanPurchases returns', purchases, [
    'ids',
    'customers',
    'days',
    'amounts',
    'orders',
  ])
  const { ids, customers, days, amounts, orders } = purchases
  const today = asOf === undefined ? days.reduce((last, day) => Math.max(last, day), -Infinity) : dayOf(asOf)
  const last = new Float64Array(ids.length).fill(-Infinity)
  const frequency = new Uint32Array(ids.length)
  const spent = new Float64Array(ids.length)
  const counted = new Set<number>()
  let later = 0
  for (let at = 0; at < days.length; at++) {
    if (days[at] > today) {
      later++
      continue
    }
    const customer = customers[at]
    spent[customer] += amounts[at]
    if (!(amounts[at] > 0)) continue
    last[customer] = Math.max(last[customer], days[at])
    if (!counted.has(orders[at])) frequency[customer]++
    counted.add(orders[at])
  }
  const buyers = Array.from(ids.keys()).filter((customer) => frequency[customer] > 0)
  if (buyers.length === 0) {
    throw new LloydError(
      'InputError',
      `no customer has an order with a positive amount until ${isoDate(today)}; check amounts`,
    )
  }
  const values = { data: new Float64Array(buyers.length * 3), rows: buyers.length, columns: 3 }
  buyers.forEach((customer, row) => {
    values.data.set([today - last[customer], frequency[customer], spent[customer]], 3 * row)
  })
  return {
    ids: buyers.map((customer) => ids[customer]),
    names: [...PURCHASE_COLUMNS],
    values,
    asOf: isoDate(today),
    later,
    withoutPurchase: ids.filter((_, customer) => frequency[customer] === 0),
  }
}

function dayOf(text: string): number {
  const date = /^\d{4}-/.test(text) ? readDate(text) : null
  if (!date) throw mustBe('asOf', "a date such as '2017-12-31'", text, text)
  return date.monthFirst
}
