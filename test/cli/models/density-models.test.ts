/** Models of `lloyd dbscan` and `lloyd hdbscan`, and `lloyd predict` with them. */
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { beforeEach, expect, it } from 'vitest'
import { readModel } from '../../../src/cli/tables/model'
import { euclidean } from '../../oracle/dbscan'
import { useCli } from '../../support/cli'
import { seededRandom } from '../../support/datasets'

const cli = useCli()
const text = (name: string) => readFileSync(cli.in(name), 'utf8')
const file = (name: string, content: string) => writeFile(cli.in(name), content)
const random = seededRandom(6)
/** Two groups far from the origin, and rows around them; the second column is in other units. */
const points = Array.from({ length: 90 }, (_, row) => {
  const [x, y] = [random() + random(), random() + random()]
  if (row % 9 === 8) return [500 + 40 * x, 9000 * y - 4000]
  return row % 2 ? [500 + 3 * x, 700 * y] : [540 + 3 * x, 700 * y]
})
const rowsOf = (order: (cells: (number | string)[]) => (number | string)[]) =>
  points.map((point, row) => order(row === 7 ? [point[0], ''] : point).join(',')).join('\n')

const onCpu = (args: string[]) => [...args, '--backend', 'cpu']

async function run(args: string[]): Promise<string> {
  const { code, stdout, stderr } = await cli.lloyd(onCpu(args))
  expect(code, stderr).toBe(0)
  return stdout
}
const runJson = (args: string[]) => cli.runJson(onCpu(args))

beforeEach(async () => {
  await file('t.csv', `x,y\n${rowsOf((cells) => cells)}\n`)
  await file('other.csv', `y,z,x\n${rowsOf(([x, y]) => [y, 'text', x])}\n1,a,1e30\n`)
})

it.each([
  ['dbscan', ['--epsilon', '0.3', '--standardize', '--missing', 'mean']],
  ['dbscan', ['--epsilon', '1e-4', '--metric', 'cosine', '--missing', 'drop', '--min-points', '2']],
  ['hdbscan', ['--metric', 'manhattan', '--standardize', '--missing', 'drop', '--min-samples', '3']],
  ['hdbscan', ['--metric', 'cosine', '--missing', 'mean', '--epsilon', '1e-6']],
])('predicts what lloyd %s %j found, by the names of the columns', async (method, options) => {
  const trained = await runJson([method, 't.csv', ...options, '--save', 'm.json'])
  expect(trained.model).toBe('m.json')
  expect(trained.clusters.length).toBeGreaterThan(1)
  expect(JSON.parse(text('m.json'))).toMatchObject({ schema: `lloyd.${method}`, version: 1, columns: ['x', 'y'] })
  const missing = options.slice(options.indexOf('--missing'), options.indexOf('--missing') + 2)
  const other = await runJson(['predict', 'other.csv', '--model', 'm.json', ...missing])
  expect(other).toMatchObject({ rows: 91, columns: ['x', 'y'], clusters: trained.clusters.length })
  expect(other.labels.slice(0, 90)).toEqual(trained.labels)
  expect(other.outlierScores?.slice(0, 90)).toEqual(trained.outlierScores)
  const used = other.labels.filter((label: number | null) => label !== null)
  expect([other.noise, ...other.sizes]).toEqual(
    [-1, ...trained.clusters.keys()].map((label) => used.filter((each: number) => each === label).length),
  )
})

it('labels new rows by their core points, in one line of each, and counts them', async () => {
  await file('train.csv', 'x\n0\n1\n2\n10\n11\n12\n30\n')
  await run(['dbscan', 'train.csv', '--epsilon', '1', '--min-points', '2', '--save', 'm.json'])
  const values = [-1, -1.5, 2.5, 6, 9, 13.5, 30, 12.5]
  await file('new.csv', `x\n${values.join('\n')}\n`)
  const cores = [0, 1, 2, 10, 11, 12]
  const expected = values.map((value) => {
    const near = cores.findIndex((core) => euclidean([core], [value]) <= 1)
    return near < 0 ? -1 : Math.floor(near / 3)
  })
  const lines = ['row,label', ...expected.map((label, row) => `${row + 1},${label}`)]
  expect(await run(['predict', 'new.csv', '--model', 'm.json'])).toBe(`${lines.join('\n')}\n`)
  const stdout = await run(['predict', 'new.csv', '--model', 'm.json', '-o', 'labels.csv'])
  expect(stdout).toMatch(/^clusters +2 of 2 have rows\nnoise +4 rows\noutput +labels\.csv/m)

  await run(['dbscan', 'train.csv', '--epsilon', '0', '--min-points', '2', '--save', 'none.json'])
  const none = await runJson(['predict', 'new.csv', '--model', 'none.json'])
  expect(none).toMatchObject({ clusters: 0, sizes: [], noise: 8, labels: Array(8).fill(-1) })
  await file('same.csv', `x\n${'3\n'.repeat(9)}`)
  await run(['hdbscan', 'same.csv', '--save', 'same.json', '-o', 'same-rows.csv'])
  expect(JSON.parse(text('same.json')).lambda).toEqual(Array(9).fill(null))
  expect(await run(['predict', 'same.csv', '--model', 'same.json'])).toBe(text('same-rows.csv'))
  const same = await runJson(['predict', 'new.csv', '--model', 'same.json'])
  expect(same).toMatchObject({ noise: 8, outlierScores: Array(8).fill(1) })
})

it('refuses damaged models, and rows without a direction, in one line', async () => {
  await file('train.csv', 'x,y\n0,1\n1,1\n2,1\n10,1\n11,1\n12,1\n30,1\n')
  await run(['dbscan', 'train.csv', '--epsilon', '1', '--min-points', '2', '--save', 'd.json'])
  await run(['hdbscan', 'train.csv', '--min-cluster-size', '3', '--min-samples', '1', '--save', 'h.json'])
  const damages: [string, object, RegExp][] = [
    [
      'd',
      { schema: 'lloyd.other' },
      /is not a model of lloyd; give a file that lloyd kmeans, dbscan, hdbscan, medoids or mixture --save wrote/,
    ],
    ['d', { schema: 'toString' }, /is not a model of lloyd/],
    ['h', { version: 2 }, /is a model of version 2, but this version of lloyd reads 1/],
    ['d', { columns: ['x'] }, /scaling\.mean is not 1 numbers/],
    ['h', { scaling: null }, /scaling\.mean is not 2 numbers/],
    ['h', { means: [1] }, /means is not 2 numbers/],
    ['d', { metric: 'chebyshev' }, /metric is not euclidean, manhattan, cosine/],
    ['d', { clusters: -1 }, /clusters is not a number of clusters/],
    ['d', { epsilon: null }, /epsilon is not a distance/],
    ['d', { corePoints: [[1, 2], [1]] }, /corePoints is not rows of 2 numbers/],
    ['d', { labels: [0] }, /labels is not a label below 2 for each of 6 core points/],
    ['d', { labels: [0, 0, 0, 1, 1, 2] }, /labels is not a label below 2/],
    ['h', { minSamples: 0 }, /minSamples is not a number of points/],
    ['h', { points: [] }, /points is not rows of 2 numbers/],
    ['h', { points: [[1, 'a']] }, /points is not rows of 2 numbers/],
    ['h', { parent: [7, 7] }, /parent is not the lines of a tree of 7 points/],
    ['h', { parent: [8, 8, 8, 9, 9, 9, 7, 7, 9] }, /parent is not the lines of a tree/],
    ['h', { lambda: Array(9).fill(-1) }, /lambda is not 9 numbers of at least 0, or null/],
    ['h', { selected: [7, 8] }, /selected is not 2 clusters of the tree/],
    ['h', { selected: [8] }, /selected is not 2 clusters of the tree/],
  ]
  for (const [model, damage, message] of damages) {
    await file('damaged.json', JSON.stringify({ ...JSON.parse(text(`${model}.json`)), ...damage }))
    const read = readModel(cli.in('damaged.json'), new AbortController().signal)
    await expect(read).rejects.toMatchObject({ code: 'FormatError', message: expect.stringMatching(message) })
  }
  const args = [
    'dbscan',
    'train.csv',
    '--metric',
    'cosine',
    '--epsilon',
    '0.1',
    '--min-points',
    '2',
    '--save',
    'c.json',
  ]
  await run(args)
  await file('zero.csv', 'x,y\n1,2\n0,0\n')
  await cli.expectRefusal(['predict', 'zero.csv', '--model', 'c.json'], /row 2 \(line 3\) of zero\.csv is all zero/)
  await cli.expectRefusal(args, /c\.json exists.*--force.*with --save/)
})
