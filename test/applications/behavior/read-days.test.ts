/** The step counts of 33 people as they were published, and columns of files. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type CleanDays, readDays } from 'lloyd'
import { afterAll, expect, test } from 'vitest'

const file = (name: string) => fileURLToPath(new URL(`../../data/steps/${name}`, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'lloyd-days-'))
afterAll(() => rmSync(folder, { recursive: true }))

function written(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

const stepsOn = ({ days }: CleanDays, id: string, day: number) =>
  days.steps.data[days.ids.indexOf(id) * days.steps.columns + day]

test('the days of 33 people are read from both forms of dates, and hours agree with them', async () => {
  const daily = await readDays(file('daily-steps.csv'))
  const hourly = await readDays(file('hourly-steps.csv.gz'))
  for (const { days } of [daily, hourly]) {
    expect(days).toMatchObject({ firstDay: '2016-04-12', steps: { rows: 33, columns: 31 } })
  }
  expect(daily).toMatchObject({ records: 940, used: 940 })
  expect(daily.repairs.map(({ kind, count }) => [kind, count])).toEqual([
    ['date form', 332],
    ['dates of both forms', 579],
    ['date out of place', 1],
    ['day outside', 83],
  ])
  expect(daily.repairs[2].examples[0]).toMatchObject({ row: 267, id: '2873212765' })
  // The hours of the person whose first date is wrong prove which day it is.
  expect(stepsOn(daily, '2873212765', 0)).toBe(8796)
  expect(stepsOn(hourly, '2873212765', 0)).toBe(8796)
  const same = daily.days.steps.data.filter((steps, at) => Math.abs(steps - hourly.days.steps.data[at]) <= 30)
  expect(same.length).toBeGreaterThan(0.7 * daily.used)
})

test('rows with more cells than the first are left out, unless these are blank', async () => {
  const rows = 'a,2016-03-11,5\nb,2016-03-12,12,345\nb,2016-03-13,"1,234"\nb,2016-03-14,7, ,\n'
  for (const [name, header] of Object.entries({ named: 'id,date,steps\n', wide: 'id,date,steps,\n', unnamed: '' })) {
    const path = written(`${name}.csv`, header + rows)
    const { days, repairs, records, used } = await readDays(path, header ? {} : { id: '1', date: '2', value: '3' })
    expect(Array.from(days.steps.data)).toEqual([
      5,
      Number.NaN,
      Number.NaN,
      Number.NaN,
      Number.NaN,
      Number.NaN,
      1234,
      7,
    ])
    expect({ records, used }).toEqual({ records: 4, used: 3 })
    expect(repairs.find(({ kind }) => kind === 'too many cells')).toMatchObject({
      count: 1,
      dropped: true,
      examples: [{ row: header ? 3 : 2, id: 'b', text: '4 cells for 3 columns: b, 2016-03-12, 12, 345' }],
    })
  }
})

test('columns are found by their names, in any order, or given by name or position', async () => {
  const path = written('a.csv', 'steps;day;user_id;other\n5;2016-04-12;u;1\n\n6;2016-04-13;u\n')
  const found = await readDays(path)
  expect(Array.from(found.days.steps.data)).toEqual([5, 6])
  expect(found.repairs.map(({ kind, count, examples }) => [kind, count, examples[0].row])).toEqual([
    ['blank row', 1, 3],
  ])
  const given = await readDays(path, { id: '4', date: 'day', value: '1' })
  expect(given.days.ids).toEqual(['1'])
  expect(given.repairs.map(({ kind }) => kind)).toEqual(['blank row', 'too few cells'])
  const unnamed = await readDays(written('b.csv', '2016-04-12,u,5\n2016-04-13,u,6'), { id: '2', date: '1', value: '3' })
  expect(Array.from(unnamed.days.steps.data)).toEqual([5, 6])
  await expect(readDays(written('c.csv', 'who,when,much\nu,2016-04-12,5\n'))).rejects.toThrow(
    /no column for the person .* option id \(--id\): the columns are 'who', 'when', 'much'/,
  )
  await expect(readDays(path, { value: 'walks' })).rejects.toThrow(/value: .* has no column 'walks'/)
  await expect(readDays(join(folder, 'none.csv'))).rejects.toThrow(/there is no file/)
  await expect(readDays(written('d.csv', 'id,date,steps\n'))).rejects.toThrow(/none of 0 records/)
  await expect(readDays(written('e.csv', 'id,date,steps\n"a,2016-04-12,5\n'))).rejects.toThrow(/a quote .* line 2/)
})

test('a stream is read as a file is, in pieces of any length', async () => {
  async function* pieces(text: string, length: number) {
    for (let at = 0; at < text.length; at += length) yield Buffer.from(text.slice(at, at + length))
  }
  const text = 'id,date,steps\r\na,2016-04-12,5\r\n\r\nb,2016-04-13,6\r\n'
  const expected = await readDays(written('f.csv', text))
  for (const length of [1, 7, 1000]) expect(await readDays(pieces(text, length))).toEqual(expected)
  await expect(readDays(pieces('', 1))).rejects.toThrow(/the stream has no records/)
  await expect(readDays(pieces('who,when\na,b\n', 9))).rejects.toThrow(/the stream has no column for the person/)
  await expect(readDays(7 as never)).rejects.toThrow(/source must be the path of a file or a stream of bytes/)
})
