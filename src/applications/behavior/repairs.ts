import type { DateReading } from './date-form.js'
import type { DayCounts } from './day-counts.js'
import { type DayRecords, MOST_STEPS, type RepairedRecord, type Tally } from './day-records.js'
import type { DayTimes } from './day-times.js'

/** One kind of repair. Plain data. */
export interface DayRepair {
  kind:
    | 'date form'
    | 'dates of both forms'
    | 'other date form'
    | 'date out of place'
    | 'grouped digits'
    | 'blank row'
    | 'too few cells'
    | 'too many cells'
    | 'no person'
    | 'unreadable date'
    | 'date far off'
    | 'future date'
    | 'unreadable steps'
    | 'no steps'
    | 'negative steps'
    | 'too many steps'
    | 'other time'
    | 'times of the day'
    | 'same record'
    | 'conflicting records'
    | 'incomplete day'
    | 'day without record'
    | 'day outside'
  /** Number of records, or of days for the last three kinds. */
  count: number
  /** Whether these records are left out. */
  dropped: boolean
  found: string
  /** What was done about it. */
  done: string
  /** Up to five of them. */
  examples: RepairedRecord[]
}

const DROPPED: ReadonlySet<DayRepair['kind']> = /* @__PURE__ */ new Set([
  'blank row',
  'too few cells',
  'too many cells',
  'no person',
  'unreadable date',
  'date far off',
  'unreadable steps',
  'no steps',
  'negative steps',
  'too many steps',
  'same record',
  'conflicting records',
])

interface Findings {
  otherForm: Tally
  misplaced: Tally
  far: Tally
  stray: Tally
  same: Tally
  conflicting: Tally
  partial: Tally
  reading: DateReading
  ambiguous: number
  /** Records whose date has only the other reading than the form's. */
  contrary: number
  /** Records that count for days, and those after today. */
  kept: number
  future: number
  times: DayTimes
}

/** All that was repaired, and the number of records that count. */
export function describeRepairs(
  records: DayRecords,
  days: DayCounts,
  findings: Findings,
): { records: number; used: number; repairs: DayRepair[] } {
  const { otherForm, misplaced, far, stray, same, conflicting, partial, reading, times } = findings
  const repairs: DayRepair[] = []
  const add = (
    kind: DayRepair['kind'],
    { count, examples }: Pick<Tally, 'count' | 'examples'>,
    found: string,
    done: string,
  ) => {
    const dropped = DROPPED.has(kind)
    if (count > 0) repairs.push({ kind, count, dropped, found, done, examples: [...examples] })
  }
  const plain = (kind: DayRepair['kind'], count: number, found: string, done: string) =>
    add(kind, { count, examples: [] }, found, done)
  const { form, reason } = reading
  if (form) {
    plain('date form', findings.ambiguous, 'dates that could be month/day or day/month', `read as ${form}: ${reason}`)
    const other = form === 'month/day' ? 'day/month' : 'month/day'
    plain(
      'dates of both forms',
      findings.contrary,
      `dates that can only be ${other}`,
      'read so: the file has both forms',
    )
  }
  add('other date form', otherForm, 'dates in the other form', 'read so that days follow each other')
  add('date out of place', misplaced, 'dates out of order', 'read as the day that is missing in their place')
  add('grouped digits', records.grouped, 'numbers with commas between digits', 'read without commas')
  add('blank row', records.blank, 'blank rows', 'left out')
  add('too few cells', records.incomplete, 'rows with too few cells', 'left out')
  add('too many cells', records.excess, 'rows with too many cells, such as 12,345 without quotes', 'left out')
  add('no person', records.withoutId, 'records without a person', 'left out')
  add('unreadable date', records.unreadableDate, 'dates that are none', 'left out')
  add('date far off', far, 'dates far before or after all others', 'left out')
  plain('future date', findings.future, 'dates after today', 'they count')
  add('unreadable steps', records.unreadableSteps, 'steps that are no number', 'left out')
  add('no steps', records.emptySteps, 'records without steps', 'left out')
  add('negative steps', records.negative, 'negative steps', 'left out')
  add('too many steps', records.excessive, `more than ${MOST_STEPS.toLocaleString('en')} steps`, 'left out')
  const whole = times.whole === null ? 'nothing tells which of them are whole' : `whole ones have ${times.whole} times`
  const timed = times.isTimed ? findings.kept : 0
  plain('times of the day', timed, 'records at several times of a day', `summed into days; ${whole}`)
  add('other time', stray, 'records at another time of the day than most', 'they count for their day')
  add('same record', same, 'records that are there twice', 'counted once')
  add(
    'conflicting records',
    conflicting,
    'records that contradict another of the same time',
    'the one with more steps counts',
  )
  add('incomplete day', partial, `days with records at fewer than ${times.whole} times`, 'their sum is of those')
  const { inside, outside } = missingDays(days)
  const rule = 'they count as break days'
  plain('day without record', inside, 'days without a record, between the first and last of a person', rule)
  plain('day outside', outside, 'days before the first or after the last record of a person', rule)
  const dropped = repairs.reduce((sum, repair) => sum + (repair.dropped ? repair.count : 0), 0)
  return { records: records.count, used: records.count - dropped, repairs }
}

/** The days without a record between the first and last of each person, and outside. */
function missingDays({ steps: { data, rows, columns } }: DayCounts): { inside: number; outside: number } {
  let inside = 0
  let outside = 0
  for (let row = 0; row < rows; row++) {
    let last = -1
    for (let column = 0; column < columns; column++) {
      if (Number.isNaN(data[row * columns + column])) continue
      if (last < 0) outside += column
      else inside += column - last - 1
      last = column
    }
    outside += columns - 1 - last
  }
  return { inside, outside }
}
