/** Dates as they are written, and what is none. */
import { expect, test } from 'vitest'
import { isoDate, readDate } from '../../src/applications/dates'

test.each([
  ['2016-04-12', '2016-04-12', 0],
  ['12 Apr 2016', '2016-04-12', 0],
  ['12-Apr-16', '2016-04-12', 0],
  ['12-Apr-16 10:00', '2016-04-12', 36_000],
  ['April 12, 2016 1:02:03 PM', '2016-04-12', 46_923],
  ['Apr 12, 16', '2016-04-12', 0],
  ['2016/4/12 10:00', '2016-04-12', 36_000],
  ['2016-04-12T10:00:00Z', '2016-04-12', 36_000],
  ['2016-04-12 10:00:00+00', '2016-04-12', 36_000],
  ['2016-04-12 10:00:00.5 -07:30', '2016-04-12', 36_000.5],
  ['2016-04-12 10:00 UTC', '2016-04-12', 36_000],
  ['0100-01-01', '0100-01-01', 0],
  ['20160412', '2016-04-12', 0],
  ['20160412 10:00', '2016-04-12', 36_000],
])('%s is %s', (text, day, second) => {
  const { monthFirst, dayFirst, second: own } = readDate(text)!
  expect([isoDate(monthFirst), isoDate(dayFirst), own]).toEqual([day, day, second])
})

test.each([
  '0016-04-12',
  '4/12/0016',
  '2016-02-30',
  '12 Apr 16:30',
  '12 Foo 2016',
  '2016-04-12 24:00',
  '2016-04-12+00',
  '20160230',
  '12042016',
  '20122013',
  '201604123',
  '2016041',
  '18991231',
])('%s is no date', (text) => expect(readDate(text)).toBeNull())

test('a date that ends with the year has two readings, the year of two digits or four', () => {
  for (const text of ['4/12/2016', '4.12.16', '04-12-16']) {
    const { monthFirst, dayFirst } = readDate(text)!
    expect([isoDate(monthFirst), isoDate(dayFirst)]).toEqual(['2016-04-12', '2016-12-04'])
  }
})
