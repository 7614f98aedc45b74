/** Models of `lloyd mixture` and `lloyd medoids`, and `lloyd predict` with them. */
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { beforeEach, expect, it } from 'vitest'
import { readModel } from '../../../src/cli/tables/model'
import { logSum, logTerms } from '../../oracle/clustering/mixture'
import { cosine, euclidean, manhattan } from '../../oracle/dbscan'
import { distanceMatrix } from '../../oracle/medoids'
import { useCli } from '../../support/cli'
import { seededRandom } from '../../support/datasets'

const cli = useCli()
const DISTANCES = { euclidean, manhattan, cosine }
const text = (name: string) => readFileSync(cli.in(name), 'utf8')
const file = (name: string, content: string) => writeFile(cli.in(name), content)
const random = seededRandom(8)
/** Two groups far from the origin that overlap; the second column is in other units. */
const points = Array.from({ length: 60 }, (_, row) => {
  const [x, y] = [random() + random(), random() + random()]
  return row % 2 ? [500 + 3 * x, 700 * y] : [502 + 3 * x, 700 * y + 300 * x]
})
const tableOf = (names: string, order: (cells: (number | string)[]) => (number | string)[]) =>
  `${names}\n${points.map((point, row) => order(row === 7 ? [point[0], ''] : point).join(',')).join('\n')}\n`

const onCpu = (args: string[]) => [...args, '--backend', 'cpu']
const runJson = (args: string[]) => cli.runJson(onCpu(args))

async function run(args: string[]): Promise<string> {
  const { code, stdout, stderr } = await cli.lloyd(onCpu(args))
  expect(code, stderr).toBe(0)
  return stdout
}

beforeEach(async () => {
  await file(
    't.csv',
    tableOf('x,y', (cells) => cells),
  )
  await file('other.csv', `${tableOf('y,z,x', ([x, y]) => [y, 'text', x])}1,a,700\n`)
})

it.each([
  ['mixture', ['--components', '2', '--standardize', '--missing', 'mean']],
  ['mixture', ['--components', '3', '--covariance', 'tied', '--missing', 'drop']],
  ['medoids', ['-k', '2', '--metric', 'manhattan', '--standardize', '--missing', 'drop']],
  ['medoids', ['-k', '4', '--metric', 'cosine', '--missing', 'mean']],
])('predicts what lloyd %s %j found, by the names of the columns', async (method, options) => {
  const trained = await runJson([method, 't.csv', ...options, '--save', 'm.json'])
  expect(trained.model).toBe('m.json')
  expect(JSON.parse(text('m.json'))).toMatchObject({ schema: `lloyd.${method}`, version: 1, columns: ['x', 'y'] })
  const missing = options.slice(options.indexOf('--missing'), options.indexOf('--missing') + 2)
  const same = await runJson(['predict', 't.csv', '--model', 'm.json', ...missing])
  expect(same.labels).toEqual(trained.labels)
  expect(same).toMatchObject({ sizes: trained.clusters.map(({ size }: { size: number }) => size) })
  expect(same.noise).toBeUndefined()
  const other = await runJson(['predict', 'other.csv', '--model', 'm.json', ...missing])
  expect(other).toMatchObject({
    rows: 61,
    columns: ['x', 'y'],
    [method === 'mixture' ? 'components' : 'k']: same.sizes.length,
  })
  expect(other.labels.slice(0, 60)).toEqual(trained.labels)
  if (method === 'medoids') {
    const used = same.distances.filter((distance: number | null) => distance !== null)
    expect(used.reduce((sum: number, distance: number) => sum + distance)).toBeCloseTo(trained.cost, 10)
    return
  }
  const used = same.logDensities.filter((density: number | null) => density !== null)
  expect(used.reduce((sum: number, density: number) => sum + density)).toBeCloseTo(trained.logLikelihood, 8)
  expect(other.probabilities[60]).toBeCloseTo(1, 5)
})

it('prints probabilities and log densities of the mixture that the model has', async () => {
  await run(['mixture', 't.csv', '--missing', 'drop', '--components', '2', '--save', 'm.json'])
  const { mixtureWeights, componentMeans, clusteredMeans, clusteredCovariances, scaling } = JSON.parse(text('m.json'))
  for (const [component, means] of componentMeans.entries()) {
    for (const [column, mean] of means.entries()) {
      expect(mean).toBeCloseTo(clusteredMeans[component][column] * scaling.scale[column] + scaling.mean[column], 3)
    }
  }
  const covariances = [0, 4].map((at) => [0, 2].map((i) => clusteredCovariances.slice(at + i, at + i + 2)))
  const mixture = { weights: mixtureWeights, means: componentMeans, covariances }
  const rows = [
    [503.5, 900],
    [506, 1000],
    [900, 0],
  ]
  await file('new.csv', `x,y\n${rows.map((row) => row.join(',')).join('\n')}\n`)
  const [header, ...lines] = (await run(['predict', 'new.csv', '--model', 'm.json', '--probabilities']))
    .trim()
    .split('\n')
  expect(header).toBe('row,label,probability,log_density,probability_0,probability_1')
  for (const [row, line] of lines.entries()) {
    const [number, label, probability, logDensity, ...shares] = line.split(',').map(Number)
    const terms = logTerms(rows[row], mixture)
    const expected = terms.map((term) => Math.exp(term - logSum(terms)))
    expect(number).toBe(row + 1)
    expect(Math.abs(logDensity - logSum(terms))).toBeLessThan(1e-5 * Math.abs(logSum(terms)))
    for (const [component, share] of shares.entries()) expect(share).toBeCloseTo(expected[component], 4)
    expect(label).toBe(expected[1] > expected[0] ? 1 : 0)
    expect(probability).toBe(shares[label])
  }
  const named = await runJson(['predict', 'new.csv', '--model', 'm.json', '--probabilities'])
  expect(named.probability_0[0] + named.probability_1[0]).toBeCloseTo(1, 6)
})

it.each(['euclidean', 'manhattan', 'cosine'] as const)('labels new rows by the nearest medoid, %s', async (metric) => {
  const { medoids } = await runJson([
    'medoids',
    't.csv',
    '--missing',
    'drop',
    '-k',
    '3',
    '--metric',
    metric,
    '--save',
    'm.json',
  ])
  const rows = Array.from({ length: 20 }, () => [490 + Math.floor(30 * random()), Math.floor(2000 * random())])
  await file('new.csv', `x,y\n${rows.map((row) => row.join(',')).join('\n')}\n`)
  const found = await runJson(['predict', 'new.csv', '--model', 'm.json'])
  for (const [row, point] of rows.entries()) {
    const distances = medoids.map((medoid: number) => DISTANCES[metric](point, points[medoid]))
    const least = Math.min(...distances)
    expect(found.labels[row]).toBe(distances.indexOf(least))
    expect(Math.abs(found.distances[row] - least)).toBeLessThan(1e-3 * least + 1e-6)
  }
})

it('needs only the distances to the medoids, in columns of any order', async () => {
  const rows = points.slice(10, 16)
  const distances = distanceMatrix(rows, euclidean)
  await file('d.csv', `a,b,c,d,e,f\n${distances.map((row) => row.join(',')).join('\n')}\n`)
  const options = ['--metric', 'precomputed', '-k', '2']
  const trained = await runJson(['medoids', 'd.csv', ...options, '--save', 'm.json'])
  const same = await runJson(['predict', 'd.csv', '--model', 'm.json'])
  expect(same.labels).toEqual(trained.labels)
  const names = trained.medoids.map((medoid: number) => 'abcdef'[medoid])
  expect(same.columns).toEqual(names)
  await file('new.csv', `${names[1]},${names[0]}\n5,4\n3,3\n1,2\n`)
  expect(await run(['predict', 'new.csv', '--model', 'm.json'])).toBe('row,label,distance\n1,0,4\n2,0,3\n3,1,1\n')
  await file('new.csv', `${names[1]},${names[0]}\n5,-4\n`)
  await cli.expectRefusal(onCpu(['predict', 'new.csv', '--model', 'm.json']), /is -4; distances are at least 0/)
})

it('refuses damaged models, and what they have not, in one line', async () => {
  await run(['mixture', 't.csv', '--missing', 'drop', '--components', '2', '--save', 'x.json'])
  await run(['medoids', 't.csv', '--missing', 'drop', '-k', '2', '--save', 'k.json'])
  const damages: [string, object, RegExp][] = [
    ['x', { columns: ['x'] }, /scaling\.mean is not 1 numbers/],
    ['x', { components: 0 }, /components is not a number of components/],
    ['x', { covariance: 'diag' }, /covariance is not full, tied, diagonal, spherical/],
    ['x', { clusteredMeans: [[1, 2]] }, /clusteredMeans is not 2 rows of 2 numbers/],
    ['x', { mixtureWeights: [1, null] }, /mixtureWeights is not a list of numbers/],
    ['x', { mixtureWeights: [1] }, /mixture\.weights has 1 numbers; 2 are needed/],
    ['x', { mixtureWeights: [1, -1] }, /weights not negative/],
    ['x', { clusteredCovariances: [1] }, /mixture\.covariances has 1 numbers; 8 are needed/],
    ['x', { clusteredCovariances: [1, 0, 0, 1, 1, 2, 2, 1] }, /covariance 1 of the mixture is not positive definite/],
    ['k', { k: 1.5 }, /k is not a number of clusters/],
    ['k', { metric: 'chebyshev' }, /metric is not euclidean, manhattan, cosine, precomputed/],
    ['k', { clusteredMedoids: [[1, 2]] }, /clusteredMedoids is not 2 rows of 2 numbers/],
    [
      'k',
      {
        clusteredMedoids: [
          [1, 2],
          [1, 'a'],
        ],
      },
      /clusteredMedoids is not 2 rows of 2 numbers/,
    ],
    ['k', { metric: 'precomputed', k: 3 }, /columns is not the names of 3 columns of distances/],
  ]
  for (const [model, damage, message] of damages) {
    await file('damaged.json', JSON.stringify({ ...JSON.parse(text(`${model}.json`)), ...damage }))
    const read = readModel(cli.in('damaged.json'), new AbortController().signal)
    await expect(read).rejects.toMatchObject({ code: 'FormatError', message: expect.stringMatching(message) })
  }
  const predict = ['predict', 't.csv', '--missing', 'drop', '--model']
  await cli.expectRefusal([...predict, 'k.json', '--probabilities'], /k\.json is a model of medoids; leave it out/)
  await file('half.csv', 'x\n1\n')
  await cli.expectRefusal(
    ['predict', 'half.csv', '--model', 'x.json'],
    /half\.csv has no column 'y', which the model x\.json/,
  )
  await cli.expectRefusal(
    ['mixture', 't.csv', '--components', '2', '--save', 't.csv'],
    /t\.csv is read and the output of --save/,
  )
})
