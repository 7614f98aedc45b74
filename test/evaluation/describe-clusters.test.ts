/** Descriptions of clusters: figures from their definitions, planted differences, and rules on rows that they have not seen. */
import { readFile } from 'node:fs/promises'
import { type ClusterRule, describeClusters, type NumberColumn, readTable, tablePoints } from 'lloyd'
import { describe, expect, test } from 'vitest'
import { cliff, deviationOf, hedges, meanOf, quantileOf } from '../oracle/evaluation/description'
import { seededRandom } from '../oracle/random'
import { readDataset } from '../support/datasets'

const random = seededRandom(11)
/** About normal. */
const normal = () => Array.from({ length: 12 }, random).reduce((sum, value) => sum + value, -6)
const closeTo = (value: number, expected: number) =>
  expect(Math.abs(value - expected), `${value}, ${expected}`).toBeLessThan(1e-9 * Math.max(1, Math.abs(expected)))

/** Rows in five columns, of which each cluster but the last has an own one in which it is higher or lower. */
function plantedRows(count: number) {
  const labels = Array.from({ length: count }, (_, row) => row % 4)
  const rows = labels.map((label) =>
    Array.from({ length: 5 }, (_, column) => normal() + (column === label ? [4, -3, 2, 0][label] : 0)),
  )
  return { rows, labels }
}
const names = ['steps', 'breaks', 'speed', 'age', 'weight']

describe('columns', () => {
  test.each([
    ['normal', 1, normal],
    ['skewed', 1, () => Math.exp(2 * normal())],
    ['of few integers', 1, () => Math.floor(3 * random())],
    ['far from 0', 1, () => 1e9 + normal()],
    ['tiny', 1e-200, normal],
    ['huge', 1e200, normal],
  ])('%s: the figures of the textbook', (_, unit, draw) => {
    const labels = Array.from({ length: 60 }, (_, row) => (row % 7 < 3 ? 0 : (row % 7) - 2))
    const values = labels.map((label) => draw() * (label === 1 ? 2 : 1))
    const rows = values.map((value) => [value * unit])
    for (const { label, columns } of describeClusters(rows, labels)) {
      const own = values.filter((_, row) => labels[row] === label)
      const rest = values.filter((_, row) => labels[row] !== label)
      const [column] = columns
      for (const [summary, part] of [[column, own] as const, [column.rest!, rest] as const]) {
        closeTo(summary.mean / unit, meanOf(part))
        closeTo(summary.median / unit, quantileOf(part, 0.5))
        closeTo(summary.quartiles[0] / unit, quantileOf(part, 0.25))
        closeTo(summary.quartiles[1] / unit, quantileOf(part, 0.75))
        closeTo(summary.deviation / unit, deviationOf(part))
      }
      expect([column.least, column.greatest]).toEqual([Math.min(...own) * unit, Math.max(...own) * unit])
      closeTo(column.difference, hedges(own, rest))
      closeTo(column.dominance, cliff(own, rest))
    }
  })

  test('planted differences come first, and the title has them and no other', () => {
    const { rows, labels } = plantedRows(800)
    const described = describeClusters(rows, labels, { names })
    expect(described.map(({ columns }) => columns[0].name).slice(0, 3)).toEqual(['steps', 'breaks', 'speed'])
    expect(described.map(({ title }) => title).slice(0, 3)).toEqual([
      'very high steps',
      'very low breaks',
      'high speed',
    ])
    expect(described[0].sentence).toMatch(/^200 rows \(25 %\) with very high steps \(4\.\d+ against -?0\.0\d+\)\.$/)
  })
})

/** Which of the rows meet a rule. */
const meets = ({ conditions }: ClusterRule, row: readonly number[]) =>
  conditions.every((condition) => {
    if (condition.column === null) throw new Error('a condition on a category')
    return condition.operator === '>'
      ? row[condition.column] > condition.threshold
      : row[condition.column] <= condition.threshold
  })

function sharesRight(rule: ClusterRule, rows: readonly number[][], isOwn: (row: number) => boolean) {
  const met = rows.map((_, row) => row).filter((row) => meets(rule, rows[row]))
  const right = met.filter(isOwn).length
  return { precision: right / met.length, recall: right / rows.filter((_, row) => isOwn(row)).length }
}

describe('rules', () => {
  test('have the shares that they state, on their rows and on others', () => {
    const seen = plantedRows(600)
    const fresh = plantedRows(20_000)
    for (const { label, rule } of describeClusters(seen.rows, seen.labels, { names }).slice(0, 3)) {
      const own = sharesRight(rule!, seen.rows, (row) => seen.labels[row] === label)
      expect(rule).toMatchObject(own)
      const others = sharesRight(rule!, fresh.rows, (row) => fresh.labels[row] === label)
      // 150 rows of a cluster: a standard error of 0.04.
      expect(Math.abs(rule!.heldOut.precision! - others.precision), rule!.text).toBeLessThan(0.1)
      expect(Math.abs(rule!.heldOut.recall! - others.recall), rule!.text).toBeLessThan(0.1)
    }
  })

  test('of few among many rows, of which a part is drawn', () => {
    const draw = (count: number) => {
      const labels = Array.from({ length: count }, () => (random() < 0.02 ? 1 : 0))
      return { labels, rows: labels.map((label) => [normal() + 3 * label, normal() - 3 * label, normal()]) }
    }
    const [seen, fresh] = [draw(30_000), draw(30_000)]
    const { rule } = describeClusters(seen.rows, seen.labels)[1]
    expect(rule!.conditions.map(({ column }) => column).sort()).toEqual([0, 1])
    const others = sharesRight(rule!, fresh.rows, (row) => fresh.labels[row] === 1)
    expect(Math.abs(rule!.heldOut.precision! - others.precision), rule!.text).toBeLessThan(0.1)
    expect(Math.abs(rule!.heldOut.recall! - others.recall), rule!.text).toBeLessThan(0.1)
  })

  test('promise nothing where labels are drawn by lot', () => {
    const rows = Array.from({ length: 300 }, () => Array.from({ length: 10 }, normal))
    const labels = rows.map(() => Math.floor(3 * random()))
    for (const { title, rule } of describeClusters(rows, labels)) {
      expect(title).toBe('like the rest')
      expect(rule!.heldOut.precision).toBeLessThan(0.5)
    }
  })

  test('of iris are those that its books have', () => {
    const { points, classes } = readDataset('iris')
    const [setosa] = describeClusters(points, classes, {
      names: ['sepal length', 'sepal width', 'petal length', 'petal width'],
    })
    expect(setosa.rule).toEqual({
      conditions: [{ name: 'petal length', column: 2, operator: '<=', threshold: 2.4 }],
      text: 'petal length <= 2.4',
      precision: 1,
      recall: 1,
      heldOut: { precision: 1, recall: 1 },
    })
    expect(structuredClone(setosa)).toEqual(setosa)
  })
})

test('the medoid has the least sum of distances, typical rows are near it and odd ones far', () => {
  const rows = Array.from({ length: 50 }, () => [Math.exp(normal()), 100 * normal()])
  const [{ medoid, typical, odd }] = describeClusters(rows, Array(50).fill(0))
  const scales = [0, 1].map((column) => 1 / deviationOf(rows.map((row) => row[column])))
  const between = (a: number, b: number) =>
    Math.hypot(...scales.map((scale, at) => scale * (rows[a][at] - rows[b][at])))
  const all = rows.map((_, row) => row)
  const sums = all.map((a) => all.reduce((sum, b) => sum + between(a, b), 0))
  expect(medoid).toBe(sums.indexOf(Math.min(...sums)))
  const order = all.filter((row) => row !== medoid).sort((a, b) => between(a, medoid!) - between(b, medoid!))
  expect([typical, odd]).toEqual([order.slice(0, 5), order.slice(-5).reverse()])
})

test('clusters of one title get more traits, until titles differ', () => {
  const rows = Array.from({ length: 300 }, (_, row) => {
    const far = row % 3 === 2 ? 0 : 9
    return [far, far, far, row % 3].map((value, column) => (column === 3 ? 0.6 : 1) * value + normal())
  })
  const titles = describeClusters(
    rows,
    rows.map((_, row) => row % 3),
    { names: ['a', 'b', 'c', 'd'] },
  ).map(({ title }) => title)
  expect(new Set(titles).size).toBe(3)
  expect(titles[0]).toMatch(/^high [abc], high [abc], high [abc], (rather )?low d$/)
})

describe('hard cases', () => {
  const grid = [0, 1, 2, 3, 4, 5].map((value) => [value, 7, value % 2])

  test('noise is sized, last, and no cluster', () => {
    const [cluster, noise] = describeClusters(grid, [-1, 3, 3, 3, 3, -1])
    expect(cluster).toMatchObject({ label: 3, noise: false, size: 4, medoid: 2 })
    expect(noise).toMatchObject({
      label: -1,
      noise: true,
      size: 2,
      medoid: null,
      typical: [],
      rule: null,
      title: 'noise',
    })
    expect(noise.odd.sort()).toEqual([0, 5])
    expect(noise.sentence).toBe('2 rows (33 %) in no cluster.')
    expect(describeClusters(grid, Array(6).fill(-1))).toMatchObject([{ noise: true, share: 1 }])
  })

  test('one cluster, one row, a cluster of one, and columns that are constant or only look like it', () => {
    const [all] = describeClusters(grid, Array(6).fill(0))
    expect(all).toMatchObject({
      title: 'all rows',
      rule: null,
      columns: [{ rest: null, difference: 0, dominance: 0 }, {}, {}],
    })
    expect(describeClusters([[3]], ['a'])).toMatchObject([{ label: 'a', size: 1, medoid: 0, typical: [], odd: [] }])
    const [one, others] = describeClusters([...grid, [50, 7, 0]], [1, 1, 1, 1, 1, 1, 0])
    expect(one).toMatchObject({
      size: 1,
      medoid: 6,
      rule: { precision: 1, recall: 1, heldOut: { precision: null, recall: null } },
    })
    expect(one.title).toBe('very high column 1')
    expect(others.columns.find(({ column }) => column === 1)).toMatchObject({
      difference: 0,
      dominance: 0,
      deviation: 0,
    })
    // Nothing can be held out from fewer than two others.
    expect(others.rule!.heldOut).toEqual({ precision: null, recall: null })
    const [many] = describeClusters([[0], [0], [0], [0], [0], [8], [8]], [0, 0, 0, 0, 0, 1, 1])
    expect(many.rule!.heldOut).toEqual({ precision: 1, recall: 1 })
    const rounded = [0.1 + 0.2, 0.3, 0.1 + 0.2, 0.3].map((value, row) => [value, row])
    expect(describeClusters(rounded, [0, 1, 0, 1])[0].columns).toMatchObject([
      { column: 1 },
      { column: 0, difference: 0 },
    ])
  })

  test('one row has no spread', () => {
    const rows = Array.from({ length: 101 }, (_, row) => [row])
    const labels = rows.map((_, row) => (row === 50 ? 1 : 0))
    expect(describeClusters(rows, labels)[1].title).toBe('like the rest')
  })

  test('columns that vary in neither part, duplicates, and 0 and 1', () => {
    const rows = Array.from({ length: 40 }, (_, row) => [row < 20 ? 1 : 0, row % 2])
    const [a, b] = describeClusters(
      rows,
      rows.map(([first]) => first),
      { names: ['member', 'odd'] },
    )
    expect([a.title, b.title]).toEqual(['no member', 'all member'])
    // √12 gaps, by Hedges' correction.
    expect(b.columns[0].difference).toBeCloseTo(Math.sqrt(12) * (1 - 3 / 151), 12)
    expect(b.rule!.text).toBe('member > 0')
    expect(b.sentence).toBe('20 rows (50 %) with all member (100 % against 0 %).')
  })

  test('what is not finite or does not fit is refused', () => {
    expect(() => describeClusters([[1], [Number.NaN]], [0, 1])).toThrow(/NaN in row 1, column 0/)
    expect(() => describeClusters(grid, [0, 1])).toThrow(/2 labels for 6 points/)
    expect(() => describeClusters(grid, Array(6).fill(0), { names: ['a'] })).toThrow(/1 names for 3 columns/)
    expect(() => describeClusters(grid, Array(6).fill(0), { categories: { city: ['a'] } })).toThrow(
      /categories\['city'\] must be an array of 6 values/,
    )
    expect(() => describeClusters({ data: new Float64Array(), rows: 2, columns: 0 }, [0, 1])).toThrow(/columns/)
  })
})

describe('categories', () => {
  const city = Array.from({ length: 60 }, (_, row) =>
    row < 30 ? (row % 10 === 0 ? 'Rome' : 'Paris') : row % 3 === 0 ? null : 'Oslo',
  )
  const labels = city.map((_, row) => (row < 30 ? 0 : 1))
  const rare = city.map((_, row) => (row === 3 ? 'once' : 'often'))

  test('alone are enough', () => {
    const [first, second] = describeClusters(Array(60).fill([]), labels, { categories: { city, rare } })
    expect(first.title).toBe('mostly city Paris')
    expect(first.sentence).toBe('30 rows (50 %) with mostly city Paris (90 % against 0 %).')
    expect(second.title).toBe('all city Oslo')
    expect(second.categories[0]).toMatchObject({
      name: 'city',
      value: 'Oslo',
      count: 20,
      share: 1,
      restShare: 0,
      lift: 20.5 / ((20 * 20) / 50 + 0.5),
    })
    expect(first.categories.map(({ value }) => value)).toEqual(['Paris', 'Rome', 'often', 'Oslo'])
    expect(first.rule).toMatchObject({ text: 'city = Paris', precision: 1, recall: 0.9 })
    expect(city[first.medoid!]).toBe('Paris')
    expect(first.odd.map((row) => city[row])).toContain('Rome')
  })

  test('are not told of a cluster in which few rows or none have a value', () => {
    const rows = Array(100).fill([])
    const halves = rows.map((_, row) => (row < 50 ? 0 : 1))
    const rest = (row: number) => (row < 80 ? 'red' : 'blue')
    const told = (ofCluster: (row: number) => string | null) =>
      describeClusters(rows, halves, {
        categories: { color: halves.map((half, row) => (half === 0 ? ofCluster(row) : rest(row))) },
      })
    const [none, others] = told(() => null)
    expect([none.title, none.categories]).toEqual(['like the rest', []])
    expect(others.title).toBe('like the rest')
    expect(others.categories[0]).toMatchObject({ value: 'red', count: 30, share: 0.6, restShare: null })
    const titles = (known: number) => told((row) => (row < known ? 'green' : null))[0].title
    expect([1, 24, 25, 50].map(titles)).toEqual([
      'like the rest',
      'like the rest',
      'all color green',
      'all color green',
    ])
    // 50 % against 100 %: of four rows each it would be told, but of two that have a value it may be chance.
    const few = describeClusters(Array(8).fill([]), [0, 0, 0, 0, 1, 1, 1, 1], {
      categories: { color: ['red', 'blue', null, null, 'red', 'red', null, null] },
    })
    expect(few[0].title).toBe('like the rest')
  })

  test('the title is of all values, of which 20 are described', () => {
    const labels = Array.from({ length: 160 }, (_, row) => (row < 80 ? 0 : 1))
    const mark = labels.map((label, row) => (row % 80 < (label === 0 ? 32 : 8) ? 'yes' : 'no'))
    const marks = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`mark ${at}`, mark]))
    const missed = labels.map((label, row) => (label === 1 && row % 8 < 4 ? 'x' : 'abcd'[row % 4]))
    const [first] = describeClusters(Array(160).fill([]), labels, { categories: { ...marks, missed } })
    expect(first.title).toBe('no missed x')
    expect(first.categories).toEqual(
      Array.from({ length: 20 }, (_, at) => ({
        name: `mark ${at}`,
        value: 'yes',
        count: 32,
        share: 0.4,
        restShare: 0.1,
        lift: 32.5 / 20.5,
      })),
    )
  })
})

test('the README shows what is returned for iris', async () => {
  const table = await readTable('test/data/tables/iris.csv')
  const [, , , , classes] = table.columns as NumberColumn[]
  const { points } = tablePoints(table, table.columns.slice(0, 4) as NumberColumn[])
  const names = ['sepal length', 'sepal width', 'petal length', 'petal width']
  const [{ sentence, rule }] = describeClusters(points, Array.from(classes.values), { names })
  const readme = (await readFile('README.md', 'utf8')).replaceAll('\n// ', ' ')
  expect(readme).toContain(`first.sentence // '${sentence}'\n`)
  expect(rule).toMatchObject({ precision: 1, recall: 1, heldOut: { precision: 1, recall: 1 } })
  const figures = 'precision: 1, recall: 1, heldOut: { precision: 1, recall: 1 }'
  expect(readme).toContain(`first.rule // { text: '${rule!.text}', ${figures}, … }\n`)
})
