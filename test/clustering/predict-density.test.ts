/** Labels of other points, against all training points; and of those that were clustered. */
import { dbscan, hdbscan, predictDbscan, predictHdbscan } from 'lloyd'
import { describe, expect, test, vi } from 'vitest'
import { euclidean, manhattan } from '../oracle/dbscan'
import { oracleHdbscan } from '../oracle/hdbscan'
import { oraclePredictDbscan, oraclePredictHdbscan } from '../oracle/predict-density'
import {
  blobs,
  fillMatrix,
  integerFrom,
  pickFrom,
  rowsOf,
  seededRandom,
  shuffledIndices,
  takeRows,
} from '../support/datasets'
import { testEngines, withSmallBuffers } from '../support/engines'

const VERIFY = Boolean(process.env.LLOYD_VERIFY)
const engines = await testEngines()
const [{ engine: cpu }] = engines
const DISTANCES = { euclidean, manhattan } as const
const METRICS = ['euclidean', 'manhattan', 'cosine'] as const

describe.each([...Array(VERIFY ? 120 : 9).keys()])('points of a lattice, seed %i', (seed) => {
  const random = seededRandom(seed + 1)
  // Devices run one variant of each kernel, since they take longer to compile them than to run them.
  const isOnDevice = seed % 3 === 0
  const tested = VERIFY || isOnDevice ? engines : [engines[0]]
  const metric = isOnDevice ? 'euclidean' : pickFrom(random, ['euclidean', 'manhattan'] as const)
  const columns = isOnDevice ? 2 : integerFrom(random, 1, 3)
  const width = pickFrom(random, [4, 12, 60])
  const training = fillMatrix([1, 2, 30, 65, 200][seed % 5], columns, () => integerFrom(random, -width, width))
  const points = fillMatrix([1, 9, 65, 130][seed % 4], columns, () => integerFrom(random, -2 * width, 2 * width))

  const epsilon = pickFrom(random, [0, 1, 3, width / 3, Infinity])
  const minPoints = integerFrom(random, 1, 6)
  const minSamples = isOnDevice ? 5 : pickFrom(random, [1, 3, 70])
  const minClusterSize = integerFrom(random, 2, 8)
  const selection = pickFrom(random, ['eom', 'leaf'] as const)

  test('dbscan', async () => {
    const options = { epsilon, metric }
    const within = (a: readonly number[], b: readonly number[]) => DISTANCES[metric](a, b) <= epsilon
    for (const { engine, name } of tested) {
      const clustering = await dbscan(engine, training, { ...options, minPoints })
      const found = await predictDbscan(engine, points, { training, clustering, ...options })
      expect([...found], name).toEqual(oraclePredictDbscan(rowsOf(points), rowsOf(training), clustering, within))
      expect(await predictDbscan(engine, training, { training, clustering, ...options })).toEqual(clustering.labels)
    }
  })

  test('hdbscan', async () => {
    const options = { minClusterSize, minSamples, selection }
    const distance = DISTANCES[metric]
    const expected = oracleHdbscan(rowsOf(training), { ...options, distance })
    for (const { engine, name } of tested) {
      const clustering = await hdbscan(engine, training, { ...options, metric })
      const rows = oraclePredictHdbscan(
        rowsOf(points),
        rowsOf(training),
        { ...expected, labels: [...clustering.labels], clusters: clustering.clusters },
        { minSamples, distance },
      )
      const found = await predictHdbscan(engine, points, { training, clustering, minSamples, metric })
      for (const [row, possible] of rows.entries()) {
        const membership = {
          label: found.labels[row],
          probability: found.probabilities[row],
          outlierScore: found.outlierScores[row],
        }
        expect(possible, `${name}, row ${row}`).toContainEqual(membership)
      }
      const { labels, probabilities, outlierScores } = clustering
      expect(await predictHdbscan(engine, training, { training, clustering, minSamples, metric })).toEqual({
        labels,
        probabilities,
        outlierScores,
      })
    }
  })
})

describe.each(METRICS)('%s', (metric) => {
  const centers = fillMatrix(5, 2, (row, column) => 10 * ((row * (column + 2)) % 5) + 1)
  const training = blobs(seededRandom(4), 200, centers, 1.5)
  const others = fillMatrix(200, 2, seededRandom(3))

  test('training points far from the origin get what they had, and chunks change nothing', async () => {
    const data = Float64Array.from(training.data, (value) => (metric === 'cosine' ? value + 0.1 : value + 1e7))
    const far = { ...training, data }
    const some = { ...training, data: data.subarray(0, 40), rows: 20 }
    for (const { engine } of VERIFY || metric === 'euclidean' ? engines : [engines[0]]) {
      const near = metric === 'cosine' ? 0.001 : 1.2
      const dense = await dbscan(engine, far, { epsilon: near, minPoints: 5, metric })
      expect(dense.clusters).toBeGreaterThan(1)
      const options = { training: far, clustering: dense, epsilon: near, metric }
      expect(await predictDbscan(engine, far, options)).toEqual(dense.labels)
      const { labels, probabilities, outlierScores, ...rest } = await hdbscan(engine, far, { metric })
      expect(rest.clusters).toBeGreaterThan(1)
      const tree = { training: far, clustering: rest, minSamples: 5, metric }
      const whole = await predictHdbscan(engine, far, tree)
      expect(whole).toEqual({ labels, probabilities, outlierScores })
      const few = await withSmallBuffers(engine, 2000, () => predictHdbscan(engine, some, tree))
      expect(few.outlierScores).toEqual(outlierScores.subarray(0, 20))
      expect(await withSmallBuffers(engine, 2000, () => predictDbscan(engine, some, options))).toEqual(
        dense.labels.subarray(0, 20),
      )
    }
  })

  test('the order of the training points decides nothing, ties included', async () => {
    const lattice = { ...training, data: training.data.map((value) => Math.round(value) || 1) }
    const points = { ...others, data: others.data.map((value) => Math.round(60 * value) || 1) }
    const shuffled = takeRows(lattice, shuffledIndices(seededRandom(5), lattice.rows))
    const [first, second] = await Promise.all(
      [lattice, shuffled].map(async (points) => ({
        training: points,
        clustering: await hdbscan(cpu, points, { metric }),
      })),
    )
    const [found, again] = await Promise.all(
      [first, second].map((trained) => predictHdbscan(cpu, points, { ...trained, minSamples: 5, metric })),
    )
    expect(again).toMatchObject({ probabilities: found.probabilities, outlierScores: found.outlierScores })
    const pairs = new Set(Array.from(found.labels, (label, row) => `${label} ${again.labels[row]}`))
    expect(pairs.size).toBe(new Set(found.labels).size)
  })
})

test('of two clusters at the same distance, the order of the training points does not choose', async () => {
  const values = [-4, -3, -2, -1, 1, 1.5, 2, 2.5]
  const [found, again] = await Promise.all(
    [values, [...values].reverse()].map(async (values) => {
      const training = values.map((value) => [value])
      const clustering = await hdbscan(cpu, training, { minClusterSize: 3, minSamples: 2 })
      return await predictHdbscan(cpu, [[0]], { training, clustering, minSamples: 2 })
    }),
  )
  expect([0.5, 1]).toContain(found.probabilities[0])
  expect(again.probabilities).toEqual(found.probabilities)
})

test('points beyond all others are noise, and reach with infinite epsilon', async () => {
  const training = [
    [0, 0],
    [0, 0],
    [1, 0],
    [1e-30, 0],
  ]
  const far = [
    [1e30, 0],
    [0.25, 0],
  ]
  for (const { engine } of engines) {
    for (const [epsilon, expected] of [
      [1, [-1, 0]],
      [0.5, [-1, 0]],
      [Infinity, [0, 0]],
    ] as const) {
      const clustering = await dbscan(engine, training, { epsilon, minPoints: 2 })
      expect([...(await predictDbscan(engine, far, { training, clustering, epsilon }))]).toEqual(expected)
    }
    const none = await dbscan(engine, training, { epsilon: 0, minPoints: 4 })
    expect([...(await predictDbscan(engine, far, { training, clustering: none, epsilon: 0 }))]).toEqual([-1, -1])
    const same = fillMatrix(9, 2, () => 3)
    const clustering = await hdbscan(engine, same, { minClusterSize: 3, minSamples: 5 })
    const found = await predictHdbscan(
      engine,
      [
        [3, 3],
        [4, 3],
      ],
      { training: same, clustering, minSamples: 3 },
    )
    expect(found).toEqual({
      labels: Int32Array.of(-1, -1),
      probabilities: new Float64Array(2),
      outlierScores: Float64Array.of(0, 1),
    })
  }
})

test.each([
  [{ epsilon: 1 }, /^training must be/],
  [{ training: [[1], [2]], epsilon: 1 }, /^clustering.labels must be 2 labels/],
  [{ training: [[1], [2]], clustering: { labels: [0, 0] }, epsilon: 1 }, /^clustering.corePoints must be rows/],
  [
    { training: [[1], [2]], clustering: { labels: [0, -1], corePoints: [0, 1] }, epsilon: 1 },
    /corePoints has 1, which is no training point with a label/,
  ],
  [
    { training: [[1], [2]], clustering: { labels: [0, 0], corePoints: [2] }, epsilon: 1 },
    /corePoints has 2, which is no/,
  ],
  [
    { training: [[1, 2]], clustering: { labels: [0], corePoints: [0] }, epsilon: 1 },
    /^training have 2 columns, the points 1/,
  ],
  [{ training: [[1]], clustering: { labels: [0], corePoints: [0] } }, /^epsilon must be/],
  [
    { training: [[Number.NaN]], clustering: { labels: [0], corePoints: [0] }, epsilon: 1 },
    /^training has NaN in row 0/,
  ],
])('predictDbscan refuses %j', async (options, message) => {
  await expect(predictDbscan(cpu, [[1]], options as never)).rejects.toThrow(message)
})

test.each([
  [{}, /^clustering must be what hdbscan returned for the 3 training points/],
  [{ condensed: { parent: [3, 3, 3], lambda: [1, 1] } }, /^clustering must be/],
  [{ condensed: { parent: [3, 3, 4], lambda: [1, 1, 1] } }, /^clustering must be/],
  [{ condensed: { parent: [3, 4, 4, 4], lambda: [1, 1, 1, 1] } }, /^clustering must be/],
  [{ condensed: { lambda: [1, Number.NaN, 1] } }, /^clustering must be/],
  [{ selected: [3] }, /^clustering must be/],
  ...[7, null, {}].map((selected): [object, RegExp] => [{ selected }, /^clustering must be/]),
])('predictHdbscan refuses %j', async (damage, message) => {
  const clustering = { condensed: { parent: [3, 3, 3], lambda: [1, 1, 1] }, selected: new Uint32Array(), ...damage }
  const given = Object.keys(damage).length === 0 ? undefined : clustering
  const options = { training: [[1], [2], [3]], clustering: given, minSamples: 2 }
  await expect(predictHdbscan(cpu, [[1]], options as never)).rejects.toThrow(message)
})

test('an abort is heard while bounds are taken on the host, before a kernel runs', async () => {
  const training = fillMatrix(20, 2, seededRandom(3))
  const clustering = await hdbscan(cpu, training, { minClusterSize: 2 })
  // A clock by which every query is due for a turn of the event loop.
  let now = performance.now()
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 1000))
  const controller = new AbortController()
  const reason = new Error('enough')
  const stages: string[] = []
  const onProgress = ({ stage }: { stage: string }) => {
    stages.push(stage)
    setImmediate(() => controller.abort(reason))
  }
  const options = { training, clustering, minSamples: 1, signal: controller.signal, onProgress }
  await expect(predictHdbscan(cpu, fillMatrix(200, 2, seededRandom(4)), options)).rejects.toBe(reason)
  expect(stages).toEqual(['sort'])
})
