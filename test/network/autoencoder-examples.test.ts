import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { anomalies } from '../../demo/autoencoder/anomalies'
import { classifier } from '../../demo/autoencoder/classifier'
import { clusters } from '../../demo/autoencoder/clusters'
import { readDigits, readLabelled } from '../../demo/autoencoder/data'
import { denoise } from '../../demo/autoencoder/denoise'
import { compareDigits, compareIris } from '../../demo/autoencoder/linear'
import { principalComponents, projectionErrors } from '../../demo/autoencoder/principal-components'
import { samples } from '../../demo/autoencoder/samples'
import { areaUnderRoc, normalizedMutualInformation } from '../../demo/autoencoder/scores'
import { type TestEngine, testEngines } from '../support/engines'

const verify = process.env.LLOYD_VERIFY === '1'
const engines: TestEngine[] = await testEngines()
/** The adapter that a user would get; and what most examples train on in `npm test`, faster than on software. */
const [cpu, own] = engines
const { engine: common } = verify ? own : cpu
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lloyd-examples-'))
})

afterAll(() => rm(folder, { recursive: true }))

const sum = (values: Iterable<number>) => Array.from(values).reduce((total, value) => total + value, 0)

describe('what the examples measure with', () => {
  test('principal components give the known errors of iris', async () => {
    const { points } = await readLabelled('iris.csv')
    for (const [count, error] of [
      [1, 51.3625858],
      [2, 15.2046444],
      [4, 0],
    ]) {
      expect(sum(projectionErrors(points, principalComponents(points, count)))).toBeCloseTo(error, 5)
    }
  })

  test('mutual information and the area under the curve', () => {
    expect(normalizedMutualInformation([0, 0, 1, 1], [5, 5, 3, 3])).toBeCloseTo(1, 12)
    expect(normalizedMutualInformation([0, 1, 0, 1], [0, 0, 1, 1])).toBeCloseTo(0, 12)
    // scikit-learn: normalized_mutual_info_score([0, 0, 1, 1, 2], [0, 0, 1, 2, 2])
    expect(normalizedMutualInformation([0, 0, 1, 1, 2], [0, 0, 1, 2, 2])).toBeCloseTo(0.7372, 4)
    expect(areaUnderRoc([1, 2, 3], [2, 3, 4])).toBeCloseTo(7 / 9, 12)
    expect(areaUnderRoc([1], [1])).toBe(0.5)
  })
})

test.each(verify ? engines : engines.slice(0, 2))('anomalies among tumours are found on $name', async ({ engine }) => {
  const result = await anomalies(engine)
  expect(result['area under the ROC curve']).toBeGreaterThanOrEqual(0.95)
  expect(result['malignant cases above it']).toBeGreaterThan(0.7)
  expect(result['benign cases above it']).toBeLessThan(0.15)
})

test('a linear auto-encoder comes to principal components, and not below', async () => {
  const iris = await compareIris(own.engine)
  expect(iris.error).toBeGreaterThan(iris.bound * (1 - 1e-5))
  expect(iris.error).toBeLessThan(iris.bound * 1.001)
  if (!verify) return // iris shows it in a second, and digits in ten
  const digits = await compareDigits(own.engine)
  expect(digits.error).toBeGreaterThan(digits.bound * (1 - 1e-5))
  expect(digits.error).toBeLessThan(digits.bound * 1.01)
}, 600_000)

/** With LLOYD_VERIFY all digits, as in the examples, otherwise few, for small networks. */
const few = verify ? {} : { digits: readDigits(0.03), epochs: 15, batchSize: 16 }
const layers = verify ? {} : { layers: [64, 8] }
/** Limits for all digits, and for few: beside the latter stands what one epoch gives, which must not pass. */
const limit = (all: number, ofFew: number) => (verify ? all : ofFew)

test("MNIST's digits are clustered by their codes, and by their pixels", async () => {
  const result = await clusters(common, verify ? {} : { ...few, ...layers, restarts: 2 })
  const units = limit(16, 8)
  const pixels = result['NMI of pixels with the digits'] as number
  expect(pixels).toBeGreaterThan(0.4)
  expect(result['NMI of codes with the digits']).toBeGreaterThan(limit(1, 0.75) * pixels) // half of it
  // From few digits a network learns less than principal components; the mean of all digits is wrong by 54.
  const components = result[`held-out error of ${units} components`] as number
  expect(result['held-out error of the auto-encoder']).toBeLessThan(limit(components, 47)) // 60
}, 1_200_000)

test('noise is taken from digits that were never seen', async () => {
  const path = join(folder, 'denoised.png')
  const result = await denoise(own.engine, verify ? { path } : { ...few, layers: [64], path })
  // 784 pixels of variance 0.25.
  expect(result['error with noise']).toBeGreaterThan(190)
  expect(result['error after denoising']).toBeLessThan(limit(20, 42)) // 62
  expect(await sharp(path).metadata()).toMatchObject({ format: 'png', width: 602, height: 92 })
}, 1_200_000)

test('digits are made up that look like digits', async () => {
  const path = join(folder, 'sampled.png')
  const result = await samples(common, verify ? { path } : { ...few, hidden: 64, path })
  expect(result['of it divergence']).toBeGreaterThan(0)
  expect(result['distance to the nearest digit']).toBeLessThan(7.5) // 9.4
  // Were all alike, the mean of all digits, it would be near 0; true digits are about 10 apart.
  expect(result['distance between samples']).toBeGreaterThan(limit(6, 3.7)) // 3.2
  expect(await sharp(path).metadata()).toMatchObject({ format: 'png', width: 602, height: 152 })
}, 1_200_000)

test('a classifier learns from few labels, by codes and by pixels', async () => {
  const result = await classifier(common, verify ? {} : { ...few, ...layers, labelled: 50 })
  const pixels = result['held-out accuracy by pixels']
  expect(pixels).toBeGreaterThan(0.5)
  expect(result['held-out accuracy by codes']).toBeGreaterThan(limit(1, 0.8) * pixels) // 0.74 of it
}, 1_200_000)
