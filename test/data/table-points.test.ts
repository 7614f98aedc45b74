/** Columns of a table as points. test/cli/table-rules.test.ts has the tables of users by which columns are chosen. */
import { applyScaling, chooseColumns, chooseScaling, missingCells, type Table, tablePoints, undoScaling } from 'lloyd'
import { describe, expect, it } from 'vitest'

type Cells = Record<string, (number | string)[]>

function tableOf(cells: Cells): Table {
  const columns = Object.entries(cells).map(([name, values]): Table['columns'][number] => {
    const missing = values.filter((value) => Number.isNaN(value) || value === '').length
    return values.some((value) => typeof value === 'string')
      ? { kind: 'text', name, values: values.map(String), missing, firstText: null }
      : { kind: 'number', name, values: Float64Array.from(values as number[]), missing }
  })
  const { length: rows } = Object.values(cells)[0]
  return { format: 'csv', rows, columns, named: true, doubtfulHeader: null, label: null, classes: [], lines: null }
}

const NONE = Number.NaN
const flowers = tableOf({
  plant_id: [7, 8, 9],
  length: [1, 2, NONE],
  width: [10, NONE, NONE],
  weight: [1, 1, 2],
  species: ['a', 'b', 'a'],
})
const { used } = chooseColumns(flowers, { weights: 'weight' })

describe('chooseColumns', () => {
  const reasonsOf = (options = {}) => chooseColumns(flowers, options).leftOut.map(({ reason }) => reason)

  it('takes numbers, and tells why it leaves others out', () => {
    expect(used.map(({ name }) => name)).toEqual(['length', 'width'])
    expect(reasonsOf()).toEqual(['name of an identifier', 'name of a label'])
    expect(reasonsOf({ ids: ['length'], label: 'width' })).toEqual(['name of an identifier', 'id', 'label', 'text'])
  })

  it('refuses columns that are not there, and options', () => {
    expect(() => chooseColumns(flowers, { label: 'color' })).toThrow(/label: the table has no column 'color'; it has/)
    expect(() => chooseColumns(flowers, { columns: ['a'] } as object)).toThrow(/chooseColumns has no option 'columns'/)
  })
})

describe('tablePoints', () => {
  it('drops rows with missing cells, or fills in means', () => {
    expect(tablePoints(flowers, used, { missing: 'drop', weights: 'weight' })).toMatchObject({
      points: { data: Float64Array.of(1, 10), rows: 1, columns: 2 },
      weights: Float64Array.of(1),
      rows: Uint32Array.of(0),
      dropped: 2,
      filled: 0,
    })
    const filled = tablePoints(flowers, used, { missing: 'mean' })
    expect(filled).toMatchObject({ means: [1.5, 10], dropped: 0, filled: 3, weights: null })
    expect(filled.points.data).toEqual(Float64Array.of(1, 10, 2, 10, 1.5, 10))
    expect(tablePoints(flowers, used, { missing: 'mean', means: [5, 6] }).points.data[4]).toBe(5)
    expect(missingCells(flowers, used)).toEqual({
      cells: 3,
      rows: 2,
      incomplete: Uint8Array.of(0, 1, 1),
      row: 1,
      column: 'width',
    })
    expect(missingCells(flowers, [])).toBeNull()
  })

  it('refuses what makes no points, with the place and the remedy', () => {
    const refusals: [Cells, object, RegExp][] = [
      [{ x: [1, NONE] }, {}, /^the table has a missing cell in row 2, column 'x'; missing: 'drop' leaves/],
      [{ x: [NONE, NONE] }, { name: 'a.csv' }, /^a\.csv has 2 missing cells, the first in row 1/],
      [{ x: [1, Infinity] }, { missing: 'drop' }, /infinite cell in row 2, column 'x'/],
      [{ x: [NONE] }, { missing: 'drop' }, /every row of the table has a missing cell/],
      [{ x: [NONE] }, { missing: 'mean' }, /column 'x' of the table is empty/],
      [{ x: [1] }, { means: [1, 2] }, /means must be 1 numbers/],
      [{ x: [1], y: ['a'] }, { weights: 'y' }, /weights: column 'y' is not one of numbers/],
      [{ x: [1] }, { missing: 'ignore' }, /missing must be 'refuse', 'drop' or 'mean'/],
    ]
    for (const [cells, options, message] of refusals) {
      const table = tableOf(cells)
      expect(() => tablePoints(table, [table.columns[0] as (typeof used)[0]], options)).toThrow(message)
    }
    expect(() => tablePoints(flowers, [])).toThrow(/needs a column of numbers/)
  })
})

describe('scaling', () => {
  const times = { data: Float64Array.of(1.7e12 + 1, 3, 1.7e12 + 5, 4), rows: 2, columns: 2 }

  it.each(['shift', 'standardize'] as const)('%s keeps what float32 would lose, and can be undone', (kind) => {
    const scaling = chooseScaling(times, kind)
    const scaled = applyScaling(times, scaling)
    expect(scaled.data[0]).not.toBe(scaled.data[2])
    expect(undoScaling(scaled, scaling).flat()).toEqual([...times.data])
    if (kind === 'shift') expect(scaling).toEqual({ mean: [expect.any(Number), 0], scale: [1, 1] })
  })

  it('refuses columns that float32 cannot hold', () => {
    const points = (...data: number[]) => ({ data: Float64Array.from(data), rows: data.length, columns: 1 })
    expect(() => chooseScaling(points(1e-320, 2e-320), 'none', ['x'])).toThrow(/column 'x' is too small for float32/)
    expect(() => applyScaling(points(1e300), { mean: [0], scale: [1] })).toThrow(/1e\+300 in column 'column 1' is too/)
    expect(() => applyScaling(points(1), { mean: [], scale: [] })).toThrow(/scaling must be \{ mean, scale \} of 1/)
    expect(() => chooseScaling(points(1), 'centre' as 'none')).toThrow(/kind must be 'none', 'shift' or 'standardize'/)
  })
})
