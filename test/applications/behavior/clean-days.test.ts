/** Records of steps as they are found: each kind of trouble is repaired or left out, and counted. */
import { cleanDays, type DayRecord } from 'lloyd'
import { expect, test } from 'vitest'

/** The days of each person as plain rows, -1 where there is no record. */
function rowsOf(records: DayRecord[], options = {}) {
  const clean = cleanDays(records, options)
  const { data, rows, columns } = clean.days.steps
  const row = (at: number) =>
    Array.from(data.subarray(at * columns, (at + 1) * columns), (steps) => (Number.isNaN(steps) ? -1 : steps))
  return { ...clean, rows: Array.from({ length: rows }, (_, at) => row(at)) }
}

const countsOf = ({ repairs }: { repairs: { kind: string; count: number }[] }) =>
  Object.fromEntries(repairs.map(({ kind, count }) => [kind, count]))

test('each broken record is left out and counted, and nothing else', () => {
  const clean = rowsOf([
    ['a', '2016-04-12', '100'],
    ['a', '2016-04-13', '-5'],
    ['a', '2016-04-14', ''],
    ['a', '2016-04-15', 'many'],
    ['a', '2016-02-30', '7'],
    ['a', 'soon', '7'],
    ['', '2016-04-15', '7'],
    ['b', '2016-04-13', '12,345'],
    ['b', '2016-04-13', '12345'],
    ['b', '2016-04-14', 8],
    ['b', '2016-04-14', 9],
    ['c', '2016-04-16', '0'],
    ['d', '2016-04-16', '-1'],
  ])
  expect(clean.days).toMatchObject({ ids: ['a', 'b', 'c', 'd'], firstDay: '2016-04-12' })
  expect(clean.rows).toEqual([
    [100, -1, -1, -1, -1],
    [-1, 12345, 9, -1, -1],
    [-1, -1, -1, -1, 0],
    [-1, -1, -1, -1, -1],
  ])
  expect(countsOf(clean)).toEqual({
    'grouped digits': 1,
    'no person': 1,
    'unreadable date': 2,
    'unreadable steps': 1,
    'no steps': 1,
    'negative steps': 2,
    'same record': 1,
    'conflicting records': 1,
    'day outside': 16,
  })
  expect(clean).toMatchObject({ records: 13, used: 4 })
  const conflict = clean.repairs.find(({ kind }) => kind === 'conflicting records')!
  expect(conflict.examples).toEqual([{ row: 11, id: 'b', text: '2016-04-14: 8 and 9 steps, 9 counts' }])
})

test.each(['16777217', '1e39', 1e39, '9'.repeat(400)])('%s steps are no count, and never infinite', (steps) => {
  const clean = rowsOf([
    ['a', '2016-04-12', '16777216'],
    ['a', '2016-04-13', steps],
  ])
  expect(clean.rows).toEqual([[16_777_216]])
  expect(clean).toMatchObject({ records: 2, used: 1 })
})

test('days between records are counted as without a record, apart from days outside', () => {
  const clean = rowsOf([
    ['a', '2016-04-12', 1],
    ['a', '2016-04-15', 2],
    ['b', '2016-04-13', 3],
  ])
  expect(clean.rows).toEqual([
    [1, -1, -1, 2],
    [-1, 3, -1, -1],
  ])
  expect(countsOf(clean)).toEqual({ 'day without record': 2, 'day outside': 3 })
})

const spring = (form: (day: number, month: number) => string, from = 28, days = 10): DayRecord[] =>
  Array.from({ length: days }, (_, at) => {
    const date = new Date(Date.UTC(2016, 3, from + at))
    return ['a', form(date.getUTCDate(), date.getUTCMonth() + 1), 100 + at]
  })
const steps = Array.from({ length: 10 }, (_, at) => 100 + at)

test.each([
  ['month/day', (day: number, month: number) => `${month}/${day}/2016`],
  ['day/month', (day: number, month: number) => `${day}.${month}.16`],
  [
    'both, as a spreadsheet leaves them',
    (day: number, month: number) => (day > 12 ? `${month}/${day}/2016` : `${day}/${month}/2016`),
  ],
] as const)('dates are read so that days follow each other: %s', (_, form) => {
  const clean = rowsOf(spring(form))
  expect(clean.days.firstDay).toBe('2016-04-28')
  expect(clean.rows).toEqual([steps])
  expect(countsOf(clean)).toMatchObject({ 'date form': 6 })
})

test('one date in the other form than all others is found by the records around it, and told with both readings', () => {
  const records = spring((day, month) => `${month}/${day}/2016`, 1, 10)
  records[4] = ['a', '5/4/2016', 104]
  const clean = rowsOf(records)
  expect(clean.rows).toEqual([steps])
  const { examples } = clean.repairs.find(({ kind }) => kind === 'other date form')!
  const text = "'5/4/2016' is 2016-04-05, not 2016-05-04"
  expect(examples).toEqual([{ row: 5, id: 'a', text: `${text}: it stands between 2016-04-04 and 2016-04-06` }])
  // A form that is given counts for every date that can have it.
  const given = rowsOf(records, { dateFormat: 'month/day' })
  expect(given.days.steps.columns).toBe(34)
  expect(countsOf(given)).not.toHaveProperty('other date form')
})

test('a gap is no evidence that a date is in the other form, and neither is a double', () => {
  // The last record may be of 2016-05-04 as well as of 2016-04-05: nothing is out of order.
  const records = [...spring((day, month) => `${month}/${day}/2016`, -7, 11)]
  expect(rowsOf([...records, ['a', '4/5/2016', 7]]).days.steps.columns).toBe(13)
  const gap = rowsOf([...records, ['a', '5/4/2016', 7]])
  expect(gap.rows[0].slice(-1)).toEqual([7])
  expect(gap.days.steps.columns).toBe(42)
  const double = rowsOf([...records, records[10]])
  expect(countsOf(double)).toEqual({ 'date form': 4, 'same record': 1 })
})

test('a form is chosen only where the other is clearly less regular', () => {
  // Every fourth day or so in both forms; the dates of one reading are of both.
  const days = ['1/2', '1/6', '2/1', '3/1', '6/1', '13/1', '1/13']
  const records = days.map((day): DayRecord => ['a', `${day}/2016`, 1])
  expect(() => cleanDays(records)).toThrow(/neither is clearly more regular \(\d+ and \d+ days/)
})

test('a date out of place goes to the day that is missing there', () => {
  const records = spring((day, month) => `2016-${month}-${day}`, 1, 10)
  records[4] = ['a', '2016-4-9', 104]
  const clean = rowsOf(records)
  expect(clean.rows).toEqual([steps])
  expect(countsOf(clean)).toEqual({ 'date out of place': 1 })
  // A record at the end that is there already is no other day.
  const again = rowsOf([...records, ['a', '2016-4-2', 101]])
  expect(again.rows).toEqual([steps])
  // Among records in no order, order is no evidence.
  const mixed = rowsOf([9, 4, 7, 1, 5, 8, 0, 3, 6, 2].map((at) => records[at]))
  expect(mixed.rows).toEqual([[100, 101, 102, 103, -1, 105, 106, 107, 108, 109]])
  expect(countsOf(mixed)).toEqual({ 'conflicting records': 1, 'day without record': 1 })
})

test('dates that nothing decides are refused, unless the form is given', () => {
  const records: DayRecord[] = [
    ['a', '4/5/2016', 1],
    ['b', '6/7/2016', 2],
  ]
  expect(() => cleanDays(records)).toThrow(/'4\/5\/2016' can be month\/day or day\/month.*--date-format/)
  expect(cleanDays(records, { dateFormat: 'day/month' }).days.firstDay).toBe('2016-05-04')
  // Dates of one reading decide, if they agree.
  expect(cleanDays([...records, ['c', '4/13/2016', 3]]).days.firstDay).toBe('2016-04-05')
})

test('hours are summed into days, and incomplete days told', () => {
  const hours: DayRecord[] = []
  for (let hour = 0; hour < 48; hour++) {
    const [day, of] = [hour < 24 ? 12 : 13, hour % 24]
    const time = hour < 24 ? `${of}:00` : `${of % 12 || 12}:00:00 ${of < 12 ? 'AM' : 'PM'}`
    if (hour !== 30) hours.push(['a', `4/${day}/2016 ${time}`, 10])
  }
  hours.push(hours[3], ['a', '4/13/2016 1:00', 25])
  const clean = rowsOf(hours)
  expect(clean.rows).toEqual([[240, 245]])
  expect(countsOf(clean)).toMatchObject({ 'incomplete day': 1, 'same record': 1, 'conflicting records': 1 })
  expect(clean.repairs.find(({ kind }) => kind === 'incomplete day')!.examples[0].text).toBe(
    '2016-04-13: 23 of 24 times',
  )
})

test('a stray time makes no table of days one of hours, nor hours incomplete, and is told', () => {
  const daily = spring((day, month) => `2016-${month}-${day}`, 1, 30)
  const stray: DayRecord[] = [
    ['a', '2016-4-12 10:30', 111],
    ['b', '2016-4-13 23:59:59', 7],
    ['a', '2016-4-14 10:30', 'many'],
  ]
  const clean = rowsOf([...daily, ...stray])
  expect(clean.rows[0]).toEqual(Array.from({ length: 30 }, (_, at) => 100 + at))
  expect(countsOf(clean)).toEqual({ 'other time': 2, 'same record': 1, 'unreadable steps': 1, 'day outside': 29 })
  const hours = Array.from(
    { length: 72 },
    (_, hour): DayRecord => ['a', `2016-04-${12 + Math.floor(hour / 24)} ${hour % 24}:00`, 10],
  )
  const timed = rowsOf([...hours, ['a', '2016-04-12 10:30', 5]])
  expect(timed.rows).toEqual([[245, 240, 240]])
  expect(countsOf(timed)).toEqual({ 'times of the day': 73 })
  expect(timed.repairs[0].done).toBe('summed into days; whole ones have 24 times')
  // Where days have as many records as they like, none is incomplete.
  const walks = hours.filter((_, hour) => hour < 3 || (hour > 30 && hour < 36) || hour > 60)
  expect(countsOf(rowsOf(walks))).toEqual({ 'times of the day': walks.length })
})

test('dates far off all others are left out and told, with their rows', () => {
  const records = spring((day, month) => `2016-${month}-${day}`, 1, 60)
  records.splice(20, 0, ['b', '9999-12-31', 5], ['b', '1970-01-01', 5])
  const clean = rowsOf(records)
  expect(clean.days).toMatchObject({ ids: ['a', 'b'], firstDay: '2016-04-01', steps: { columns: 60 } })
  expect(clean).toMatchObject({ records: 62, used: 60 })
  const { count, examples } = clean.repairs.find(({ kind }) => kind === 'date far off')!
  expect({ count, examples }).toEqual({
    count: 2,
    examples: [
      { row: 21, id: 'b', text: '9999-12-31' },
      { row: 22, id: 'b', text: '1970-01-01' },
    ],
  })
  // A year ahead is told, but may be right.
  const year = new Date().getUTCFullYear() + 1
  const ahead = rowsOf(Array.from({ length: 3 }, (_, day): DayRecord => ['a', `${year}-12-1${day}`, day]))
  expect(countsOf(ahead)).toEqual({ 'future date': 3 })
})

test('records some seconds apart are two, and at one second the same', () => {
  const clean = rowsOf([
    ['a', '2016-04-12 10:00:05', 3],
    ['a', '2016-04-12 10:00:35', 3],
    ['a', '2016-04-12 10:00:35.5', 4],
    ['a', '2016-04-12 10:00:35', 3],
    ['a', '2016-04-12 10:00:60', 9],
  ])
  expect(clean.rows).toEqual([[10]])
  expect(countsOf(clean)).toEqual({ 'unreadable date': 1, 'times of the day': 4, 'same record': 1 })
})

test('tables without a record, and dates over more than ten years, are refused', () => {
  expect(() => cleanDays([])).toThrow(/none of 0 records/)
  expect(() => cleanDays([['a', 'x', 'y']])).toThrow(/none of 1 records/)
  const far: DayRecord[] = [
    ['a', '2016-04-12', 1],
    ['a', '2061-04-12', 1],
  ]
  expect(() => cleanDays(far)).toThrow(/2016-04-12 \(row 1\) to 2061-04-12 \(row 2\).*3660 days/)
})
