/** Streaks, weeks and segments of people whose kinds are known. */
import { adjustedRandIndex, type DayCounts, segmentBehavior, sequenceText } from 'lloyd'
import { expect, test } from 'vitest'
import { streaksOf } from '../../../src/applications/behavior/streaks'
import { describeWeek, weeksOf } from '../../../src/applications/behavior/weeks'
import { testEngines } from '../../support/engines'
import { kinds, plantWalkers } from './planted-walkers'

const cpu = (await testEngines()).find(({ engine }) => engine.backend === 'cpu')!.engine

test('streaks are active days and the break that follows them', () => {
  const steps = [0, 501, 800, 500, Number.NaN, 900, 0, 0, 700]
  expect(streaksOf(steps, 500)).toEqual([
    { start: 1, activeDays: 2, breakDays: 2, resumed: true },
    { start: 5, activeDays: 1, breakDays: 2, resumed: true },
    { start: 8, activeDays: 1, breakDays: 0, resumed: false },
  ])
  expect(streaksOf([0, 0], 500)).toEqual([])
})

test('weeks begin on Monday; parts of less than four days are left out', () => {
  const tuesday = Date.UTC(2016, 3, 12) / 864e5
  expect(weeksOf(tuesday, 31)).toEqual({
    weeks: [
      { start: 0, end: 6, weekday: 1 },
      { start: 6, end: 13, weekday: 0 },
      { start: 13, end: 20, weekday: 0 },
      { start: 20, end: 27, weekday: 0 },
      { start: 27, end: 31, weekday: 0 },
    ],
    leftOut: 0,
  })
  expect(weeksOf(tuesday + 3, 5)).toEqual({ weeks: [], leftOut: 5 })
})

test('the place in the week puts Sunday beside Monday, and even weeks nowhere, whole or not', () => {
  const week = { start: 0, end: 7, weekday: 0 }
  const placeOf = (steps: number[], of = week) => {
    const out = new Float32Array(4)
    describeWeek(Float32Array.from(steps), of, 500, out, 0)
    return out.subarray(2)
  }
  const distance = (a: Float32Array, b: Float32Array) => Math.hypot(a[0] - b[0], a[1] - b[1])
  const on = (day: number) => placeOf(Array.from({ length: 7 }, (_, at) => (at === day ? 5000 : 0)))
  expect(distance(on(6), on(0))).toBeCloseTo(distance(on(0), on(1)), 6)
  expect(distance(on(6), on(0))).toBeLessThan(distance(on(3), on(0)))
  expect(Math.hypot(...placeOf(new Array(7).fill(9000)))).toBeCloseTo(0, 6)
  expect(Math.hypot(...placeOf(new Array(4).fill(9000), { start: 0, end: 4, weekday: 3 }))).toBeCloseTo(0, 6)
})

test('planted kinds of people are found again and named', async () => {
  const { days, truth } = plantWalkers(500, 180, 3)
  const result = await segmentBehavior(cpu, days)
  expect(adjustedRandIndex(result.users.segments, truth)).toBeGreaterThan(0.8)
  const names = result.segments.map(({ name }) => name.replace(/ \(.*/, ''))
  expect(new Set(names)).toEqual(new Set(kinds.filter((kind) => kind !== 'other')))
  for (const [at, { size, rule, typical }] of result.segments.entries()) {
    expect(rule!.met).toBeGreaterThan(0.7 * size)
    expect(typical.every((row) => result.users.segments[row] === at)).toBe(true)
  }
  expect(result.segments.reduce((sum, { size }) => sum + size, 0)).toBe(500)
  expect(result.patterns.reduce((sum, { weeks }) => sum + weeks, 0)).toBe(500 * result.weeks.length)
  expect(result.patterns[0]).toMatchObject({ letter: '–', name: 'no active day' })
  expect(structuredClone(result).segments).toEqual(result.segments)
})

test('one person, equal people and people without a step are segments as well', async () => {
  const table = (rows: number[][]): DayCounts => ({
    ids: rows.map((_, at) => `p${at}`),
    firstDay: '2016-04-11',
    steps: { data: new Float32Array(rows.flat()), rows: rows.length, columns: rows[0].length },
  })
  const week = [9000, 9000, 9000, 9000, 9000, 0, 0]
  const one = await segmentBehavior(cpu, table([[...week, ...week]]))
  expect(one.segments).toMatchObject([{ name: 'weekday walker', size: 1, typical: [0] }])
  expect(sequenceText(one.sequences.labels.data, one.patterns)).toBe('A×2')
  const equal = await segmentBehavior(cpu, table(Array.from({ length: 12 }, () => week)))
  expect(equal.segments).toMatchObject([{ size: 12 }])
  const idle = await segmentBehavior(cpu, table([week.map(() => Number.NaN), week.map(() => 3)]))
  expect(idle.segments).toMatchObject([{ name: 'hardly active', size: 2 }])
  expect(idle.patterns).toHaveLength(1)
  expect(idle).toMatchObject({ activeShare: 0, missingShare: 0.5 })
  // More segments than there are different people are fewer, and that is told.
  const asked = await segmentBehavior(cpu, table([week, week, [...week].reverse()]), { segments: 3 })
  expect(asked.segments).toHaveLength(2)
  expect(asked.segmentChoice).toEqual({ k: 2, reason: '3 as given, but only 2 differ', curves: null })
})

test('days that are none are refused', async () => {
  const days = (data: number[], firstDay = '2016-04-11') => ({
    ids: ['a'],
    firstDay,
    steps: { data: new Float32Array(data), rows: 1, columns: data.length },
  })
  const segment = (counts: unknown, options = {}) => segmentBehavior(cpu, counts as DayCounts, options)
  await expect(segment(days([1, 2, 3, -4]))).rejects.toThrow(/-4 in row 0, column 3/)
  await expect(segment(days([1, 2, 3, Infinity]))).rejects.toThrow(/Infinity in row 0/)
  await expect(segment(days([1, 2, 3]))).rejects.toThrow(/3 days hold no week with 4 days/)
  await expect(segment(days([1, 2, 3, 4], 'spring'))).rejects.toThrow(/days.firstDay must be a date/)
  await expect(segment({ ...days([1, 2, 3, 4]), ids: [] })).rejects.toThrow(/0 ids for 1 rows/)
  await expect(segment({})).rejects.toThrow(/days must be \{ ids/)
  await expect(segment(days([1, 2, 3, 4]), { segments: 2 })).rejects.toThrow(/at most the number of people, 1, got 2/)
  await expect(segment(days([1, 2, 3, 900]), { patterns: 2 })).rejects.toThrow(
    /patterns must be at most .* day, 1, got 2/,
  )
  const far = { data: Float64Array.of(1, 2, 3, 1e39), rows: 1, columns: 4 }
  await expect(segment({ ...days([1, 2, 3, 4]), steps: far })).rejects.toThrow(/1e\+39 in row 0, column 3/)
  await expect(segment(days([1, 2, 3, 4]), { segments: 0 })).rejects.toThrow(/segments must be an integer from 1 to 64/)
})

test.runIf(process.env.LLOYD_VERIFY)(
  '140 000 people over 300 days in bounded memory',
  { timeout: 600_000 },
  async () => {
    const { days, truth } = plantWalkers(140_000, 300, 1)
    const before = process.memoryUsage.rss()
    let most = before
    const onProgress = () => {
      most = Math.max(most, process.memoryUsage.rss())
    }
    const { users, segments } = await segmentBehavior(cpu, days, { onProgress })
    onProgress()
    expect(adjustedRandIndex(users.segments, truth)).toBeGreaterThan(0.8)
    const names = segments.map(({ name }) => name.replace(/ \(.*/, ''))
    expect(new Set(names)).toEqual(new Set(kinds.filter((kind) => kind !== 'other')))
    expect(most - before).toBeLessThan(600e6)
  },
)
