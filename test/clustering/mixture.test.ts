/** Mixtures against the oracle, closed forms, and scikit-learn: test/golden/make-mixture.py. */
import { readFileSync } from 'node:fs'
import {
  type Covariance,
  createEngine,
  type GaussianMixtureOptions,
  gaussianMixture,
  kmeans,
  logDensities,
  type Matrix,
  predictMixture,
  responsibilities,
  sampleMixture,
} from 'lloyd'
import { describe, expect, test } from 'vitest'
import { type Fit, fitMixture, logSum, logTerms } from '../oracle/clustering/mixture'
import { blobs, fillMatrix, matrixOf, readDataset, rowsOf, seededRandom, sourceOf, takeRows } from '../support/datasets'
import { enginesFor, testEngines } from '../support/engines'

interface Golden {
  table: 'iris' | 'wine' | 'digits'
  covariance: Covariance
  rows: number[]
  iterations: number
  converged: boolean
  logLikelihood: number
  bic: number
  aic: number
  weights: number[]
  means: number[]
}

const golden: Golden[] = JSON.parse(readFileSync(new URL('../golden/mixture.json', import.meta.url), 'utf8'))
const engines = await testEngines()
const [{ engine: cpu }] = engines
const KINDS: readonly Covariance[] = ['full', 'tied', 'diagonal', 'spherical']

const near = (value: number, within: number) => expect.closeTo(value, -Math.log10(2 * within))
const allNear = (values: ArrayLike<number>, within: number) => Array.from(values, (value) => near(value, within))
const extentOf = ({ data }: Matrix) => Math.max(...data) - Math.min(...data)

for (const { table, covariance, rows, ...expected } of golden) {
  test.runIf(process.env.LLOYD_VERIFY || table !== 'digits')(
    `${table}, ${covariance}: scikit-learn`,
    async () => {
      const { points } = readDataset(table)
      const options = { components: rows.length, init: takeRows(points, rows), covariance }
      for (const { engine, name } of enginesFor(table + covariance, engines)) {
        const found = await gaussianMixture(engine, points, options)
        const { iterations, converged, logLikelihood, bic, aic } = found
        expect({ iterations, converged }, name).toEqual({
          iterations: expected.iterations,
          converged: expected.converged,
        })
        const relative = 1e-6 * Math.abs(expected.logLikelihood)
        expect(logLikelihood, name).toEqual(near(expected.logLikelihood, relative))
        expect([bic, aic], name).toEqual([near(expected.bic, 2 * relative), near(expected.aic, 2 * relative)])
        expect([...found.weights], name).toEqual(allNear(expected.weights, 1e-5))
        expect([...found.means.data], name).toEqual(allNear(expected.means, 1e-4 * extentOf(points)))
      }
    },
    120_000,
  )
}

/** The covariances as the oracle has them, a matrix for each component. */
function flatCovariances({ covariances }: Fit, kind: Covariance): number[] {
  if (kind === 'full') return covariances.flat(2)
  if (kind === 'tied') return covariances[0].flat()
  if (kind === 'diagonal') return covariances.flatMap((matrix) => matrix.map((row, i) => row[i]))
  return covariances.map((matrix) => matrix[0][0])
}

/** Asserts that a mixture is the oracle's, apart from what columns are scaled by and shifted to. */
async function expectOracle(points: number[][], options: GaussianMixtureOptions & { init: number[][] }) {
  const { covariance = 'full', init, weights, ...rest } = options
  const expected = fitMixture(points, init, { kind: covariance, weights: weights as number[], ...rest })
  for (const { engine, name } of enginesFor(`${covariance} ${points.length}`, engines)) {
    const found = await gaussianMixture(engine, points, options)
    expect(found.iterations, name).toBe(expected.iterations)
    expect(found.logLikelihood, name).toEqual(near(expected.logLikelihood, 1e-6 * Math.abs(expected.logLikelihood)))
    expect([...found.labels], name).toEqual(expected.labels)
    expect([...found.weights], name).toEqual(allNear(expected.weights, 1e-5))
    const means = expected.means.flat()
    const covariances = flatCovariances(expected, covariance)
    for (const [i, mean] of means.entries())
      expect(found.means.data[i], name).toEqual(near(mean, 1e-5 * Math.abs(mean)))
    for (const [i, value] of found.covariances.entries()) {
      expect(value, `${name}: covariance ${i}`).toEqual(near(covariances[i], 2e-4 * Math.abs(covariances[i]) + 1e-30))
    }
  }
}

/** Two correlated clouds that overlap. */
const random = seededRandom(5)
const clouds = rowsOf(
  blobs(
    random,
    160,
    matrixOf([
      [0, 0, 0],
      [3, 1, 2],
    ]),
    1,
  ),
).map(([x, y, z]) => [x, y + 0.8 * x, z - 2 * y])

describe.each(KINDS)('%s', (covariance) => {
  const init = [clouds[0], clouds[1]]

  test('the oracle, with weights', async () => {
    const weights = clouds.map((_, row) => row % 4)
    await expectOracle(clouds, { components: 2, covariance, init, weights, tolerance: 1e-5 })
  })

  test('columns of scales from 1e-6 to 1e6, far from the origin', async () => {
    const scales = [1e-6, 1, 1e6]
    const far = (row: number[]) => row.map((value, column) => (value + 2000) * scales[column])
    // The nearest mean is that of the widest column, so that no other decides.
    const options = { components: 2, covariance, init: init.map(far), regularization: 1e-15, maxIterations: 5 }
    await expectOracle(clouds.map(far), { ...options, tolerance: 1e-9 })
  })

  test('a weight of 2 is the point twice', async () => {
    const weights = clouds.map((_, row) => 1 + (row % 2))
    const twice = clouds.flatMap((row, at) => (at % 2 ? [row, row] : [row]))
    const weighed = await gaussianMixture(cpu, clouds, { components: 2, covariance, init, weights })
    const repeated = await gaussianMixture(cpu, twice, { components: 2, covariance, init })
    expect(weighed.logLikelihood).toEqual(near(repeated.logLikelihood, 1e-4))
    expect(weighed.bic).toEqual(near(repeated.bic, 2e-4))
    expect([...weighed.covariances]).toEqual(allNear(repeated.covariances, 1e-5))
  })

  test('the order of rows does not matter', async () => {
    const order = clouds.map((_, row) => (61 * row + 7) % clouds.length)
    const options = { components: 2, covariance, init }
    const expected = await gaussianMixture(cpu, clouds, options)
    const shuffled = order.map((row) => clouds[row])
    const { labels, means, logLikelihood } = await gaussianMixture(cpu, shuffled, options)
    expect([...labels]).toEqual(order.map((row) => expected.labels[row]))
    expect([...means.data]).toEqual(allNear(expected.means.data, 1e-5))
    expect(logLikelihood).toEqual(near(expected.logLikelihood, 1e-6 * Math.abs(expected.logLikelihood)))
  })

  test('the likelihood never falls', async () => {
    const options = { components: 2, covariance, init: [clouds[3], clouds[8]], tolerance: 0, regularization: 0 }
    let before = -Infinity
    for (let maxIterations = 0; maxIterations < 12; maxIterations++) {
      const { logLikelihood } = await gaussianMixture(cpu, clouds, { ...options, maxIterations })
      expect(logLikelihood).toBeGreaterThan(before - 1e-6 * Math.abs(before))
      before = logLikelihood
    }
  })

  test('one component is the mean and covariance of the points', async () => {
    const points = clouds.map((row) => row.map((value) => value + 5e4))
    await expectOracle(points, { components: 1, covariance, init: [points[0]], regularization: 0 })
  })

  test('a component that no point is nearest to keeps its mean, at weight 0', async () => {
    const [a, b] = [[...clouds[0]], [900, 900, 900]]
    const { weights, means, covariances, logLikelihood } = await gaussianMixture(cpu, clouds, {
      components: 2,
      covariance,
      init: [a, b],
    })
    expect([...weights]).toEqual([1, 0])
    expect([...means.data].slice(3)).toEqual(b)
    expect(covariances.every(Number.isFinite)).toBe(true)
    const alone = await gaussianMixture(cpu, clouds, { components: 1, covariance, init: [a] })
    expect(logLikelihood).toBeCloseTo(alone.logLikelihood, 3)
  })

  test.each([9, 1])('a component that collapses onto %i equal points keeps the regularization', async (count) => {
    const points = [...clouds, ...Array.from({ length: count }, () => [50, 50, 50])]
    const options = { components: 2, covariance, init: [clouds[0], [50, 50, 50]] }
    for (const { engine } of enginesFor(`collapse ${count}`, engines)) {
      const { means, covariances, labels, logLikelihood } = await gaussianMixture(engine, points, options)
      expect([...means.data].slice(3)).toEqual([50, 50, 50])
      expect(labels.filter((label) => label === 1).length).toBe(count)
      expect(logLikelihood).toBeLessThan(Infinity)
      if (covariance === 'full') {
        const ridge = (_: unknown, at: number) => near(at % 4 === 0 ? 1e-6 : 0, 1e-9)
        expect([...covariances].slice(9)).toEqual(Array.from({ length: 9 }, ridge))
      } else expect(covariances.every(Number.isFinite)).toBe(true)
      if (covariance === 'tied') continue
      const failure = gaussianMixture(engine, points, { ...options, regularization: 0 })
      await expect(failure).rejects.toMatchObject({
        code: 'InputError',
        message: expect.stringMatching(/component 1 is singular/),
      })
    }
  })

  test('all points equal, and one point', async () => {
    for (const points of [Array.from({ length: 20 }, () => [3, 4]), [[3, 4]]]) {
      const components = Math.min(2, points.length)
      const found = await gaussianMixture(cpu, points, { components, covariance })
      expect(found.logLikelihood / points.length).toBeCloseTo(-Math.log(2 * Math.PI * 1e-6), 4)
      expect([...found.weights, ...found.means.data, ...found.covariances].every(Number.isFinite)).toBe(true)
      await expect(gaussianMixture(cpu, points, { components, covariance, regularization: 0 })).rejects.toThrow(
        'singular',
      )
    }
  })
})

test('a column that is another one twice is singular without regularization', async () => {
  const points = clouds.map(([x, y]) => [x, y, Math.fround(0.3 * x + 0.7 * y)])
  for (const { engine } of engines) {
    const options = { components: 1, init: [points[0]], tolerance: 1e-9 }
    await expect(
      gaussianMixture(
        engine,
        points.map(([x, y]) => [x, y, 2 * x]),
        { ...options, regularization: 0 },
      ),
    ).rejects.toThrow(/the covariance of component 0 is singular.*set regularization above 0/)
    const { covariances } = await gaussianMixture(engine, points, { ...options, regularization: 1e-4 })
    expect([...covariances]).toEqual(
      allNear(flatCovariances(fitMixture(points, [points[0]], { regularization: 1e-4 }), 'full'), 1e-5),
    )
  }
})

test.each([1e3, 1e6])(
  'what is lost of the regularization beside variances of %d² is no part of the result',
  async (scale) => {
    const points = clouds.map(([x, y]) => [scale * x, scale * y, scale * x])
    for (const covariance of ['full', 'tied'] as const) {
      for (const { engine } of enginesFor(`lost ${scale} ${covariance}`, engines)) {
        const found = await gaussianMixture(engine, points, { components: 2, covariance, init: [points[0], points[1]] })
        const { labels, logDensities } = await predictMixture(engine, points, found)
        expect(labels).toEqual(found.labels)
        const sum = logDensities.reduce((total, density) => total + density)
        expect(sum).toEqual(near(found.logLikelihood, 1e-9 * Math.abs(sum)))
        expect(sampleMixture(found, 9).points.data.every(Number.isFinite)).toBe(true)
      }
    }
  },
)

test('points from k-means: groups apart are found, whatever the seed', async () => {
  const centers = matrixOf([
    [0, 0],
    [20, 0],
    [0, 20],
    [20, 20],
  ])
  const points = blobs(seededRandom(2), 200, centers, 1)
  for (const { engine } of enginesFor('groups', engines)) {
    for (const seed of [0, 1]) {
      const { labels, converged } = await gaussianMixture(engine, points, { components: 4, seed, restarts: 2 })
      expect(converged).toBe(true)
      const groups = new Set(Array.from(labels, (label, row) => `${label} ${row % 4}`))
      expect(groups.size).toBe(4)
    }
  }
})

test('more restarts are never less likely', async () => {
  const points = blobs(
    seededRandom(9),
    150,
    matrixOf([
      [0, 0],
      [3, 0],
      [0, 3],
      [3, 3],
      [1, 1],
    ]),
    1,
  )
  const once = await gaussianMixture(cpu, points, { components: 5 })
  const best = await gaussianMixture(cpu, points, { components: 5, restarts: 4 })
  expect(best.logLikelihood).toBeGreaterThanOrEqual(once.logLikelihood)
})

test('many components, and many columns, as a source', async () => {
  const points = fillMatrix(1100, 2, (row, column) => (column ? Math.floor(row / 34) : row % 34) * 10 + ((row * 7) % 3))
  const many = await gaussianMixture(cpu, sourceOf(points, [100]), {
    components: 1024,
    maxIterations: 1,
    covariance: 'spherical',
  })
  expect(many.weights.reduce((sum, weight) => sum + weight)).toBeCloseTo(1, 6)
  expect(Number.isFinite(many.logLikelihood)).toBe(true)
  const noise = seededRandom(3)
  const wide = fillMatrix(300, 256, () => noise())
  const found = await gaussianMixture(engines[1].engine, wide, { components: 1, regularization: 0.01 })
  const { centroids } = await kmeans(cpu, wide, { k: 1 })
  expect([...found.means.data]).toEqual(allNear(centroids.data, 1e-6))
})

test.each(KINDS)('densities, responsibilities and samples of a given mixture, %s', async (covariance) => {
  const fitted = fitMixture(clouds, [clouds[0], clouds[1]], { kind: covariance })
  const { weights } = fitted
  const mixture = { weights, means: matrixOf(fitted.means), covariances: flatCovariances(fitted, covariance) }
  const far = clouds.map((row) => row.map((value) => 3 * value))
  for (const { engine, name } of enginesFor(covariance, engines)) {
    const densities = await logDensities(engine, far, mixture)
    const shares = await responsibilities(engine, far, mixture)
    expect([shares.rows, shares.columns]).toEqual([far.length, 2])
    for (const [row, x] of far.entries()) {
      const terms = logTerms(x, fitted)
      expect(densities[row], name).toEqual(near(logSum(terms), 2e-6 * Math.abs(logSum(terms))))
      const expected = terms.map((term) => near(Math.exp(term - logSum(terms)), 1e-4))
      expect([...shares.data.slice(2 * row, 2 * row + 2)], name).toEqual(expected)
    }
  }
  const drawn = sampleMixture(mixture, 4000, { seed: 3 })
  expect(sampleMixture(mixture, 10, { seed: 3 }).points.data).toEqual(drawn.points.data.slice(0, 30))
  expect(drawn.labels.filter((label) => label === 0).length / 4000).toBeCloseTo(weights[0], 1)
  const again = await gaussianMixture(cpu, drawn.points, { components: 2, covariance, init: fitted.means })
  for (const [i, mean] of fitted.means.flat().entries()) expect(Math.abs(again.means.data[i] - mean)).toBeLessThan(0.25)
  const range = Math.max(...mixture.covariances)
  for (const [i, value] of mixture.covariances.entries()) {
    expect(Math.abs(again.covariances[i] - value)).toBeLessThan(0.15 * range)
  }
})

test('what gaussianMixture returns is a mixture', async () => {
  for (const covariance of KINDS) {
    const points = clouds.map(([x, y]) => [x + 1e7, y])
    const found = await gaussianMixture(cpu, points, { components: 2, covariance })
    const densities = await logDensities(cpu, points, found)
    expect(densities.reduce((sum, density) => sum + density)).toBeCloseTo(found.logLikelihood, 3)
    const { data } = await responsibilities(cpu, points, found)
    const best = found.labels.map((_, row) => (data[2 * row] >= data[2 * row + 1] ? 0 : 1))
    expect(best).toEqual(found.labels)
    const probabilities = Float32Array.from(best, (label, row) => data[2 * row + label])
    const memberships = { labels: found.labels, logDensities: densities, probabilities }
    expect(await predictMixture(cpu, points, found)).toEqual(memberships)
    const all = { responsibilities: { data, rows: points.length, columns: 2 } }
    expect(await predictMixture(cpu, points, found, { responsibilities: true })).toEqual({ ...memberships, ...all })
  }
})

test('refuses mixtures that are none', async () => {
  const mixture = {
    weights: [0.5, 0.5],
    means: matrixOf([
      [0, 0],
      [1, 1],
    ]),
    covariances: [1, 2, 2, 1],
  }
  expect(() => sampleMixture(mixture, 1)).toThrow('set mixture.covariance to tied or diagonal')
  expect(() => sampleMixture({ ...mixture, covariance: 'tied' }, 1)).toThrow(
    'covariance 0 of the mixture is not positive definite',
  )
  expect(sampleMixture({ ...mixture, covariance: 'diagonal' }, 1).labels.length).toBe(1)
  expect(() => sampleMixture({ ...mixture, covariances: [1, 2, 3] }, 1)).toThrow(
    '8 (full), 4 (tied), 4 (diagonal), 2 (spherical)',
  )
  expect(() => sampleMixture({ ...mixture, covariances: [1, 2], weights: [1] }, 1)).toThrow('weights has 1 numbers; 2')
  expect(() => sampleMixture({ ...mixture, covariances: [1, 0] }, 1)).toThrow('covariance 1')
  expect(() => sampleMixture({ ...mixture, covariances: [1, 1] }, -1)).toThrow('count')
  const inputError = { code: 'InputError' }
  for (const other of [null, undefined, 7, [1]] as never[]) {
    expect(() => sampleMixture(other, 1)).toThrow(expect.objectContaining(inputError))
    for (const measure of [predictMixture, responsibilities, logDensities]) {
      await expect(measure(cpu, clouds, other)).rejects.toMatchObject(inputError)
    }
  }
  for (const covariances of [null, undefined, 7] as never[]) {
    const damaged = { ...mixture, covariances, covariance: 'diagonal' as const }
    expect(() => sampleMixture(damaged, 1)).toThrow('mixture.covariances has 0 numbers; 4 are needed')
  }
})

test('refuses what does not fit', async () => {
  const call = (options: object, points: number[][] = clouds) =>
    gaussianMixture(cpu, points, { components: 2, ...options } as GaussianMixtureOptions)
  await expect(call({ components: 3 }, clouds.slice(0, 2))).rejects.toThrow(
    'components is 3 but there are only 2 points',
  )
  await expect(call({ init: [[1, 2, 3]] })).rejects.toThrow('init is 1 × 3; 2 means of 3 columns are needed')
  await expect(call({ components: 1025 })).rejects.toThrow('1024')
  await expect(call({}, [new Array(257).fill(0), new Array(257).fill(1)])).rejects.toThrow('256')
  await expect(call({ covariance: 'diag' })).rejects.toThrow("'full', 'tied', 'diagonal' or 'spherical'")
  await expect(call({ regularization: -1 })).rejects.toMatchObject({ code: 'InputError' })
  using gone = await createEngine({ backend: 'cpu' })
  gone.destroy()
  await expect(gaussianMixture(gone, clouds, { components: 2 })).rejects.toMatchObject({ code: 'DeviceLostError' })
})
