import {
  adam,
  type Classifier,
  conv2d,
  createAutoencoder,
  createClassifier,
  dense,
  type Engine,
  loadClassifier,
  type Matrix,
  type Points,
} from 'lloyd'
import { describe, expect, test } from 'vitest'
import { readLabelled } from '../../demo/autoencoder/data'
import type { Executor } from '../../src/engine/engine.js'
import { gradientOracle, lossOracle, type OracleNetwork } from '../oracle/autoencoder'
import { fillMatrix, integerFrom, normalFrom, rowsOf, seededRandom } from '../support/datasets'
import { testEngines, withSmallBuffers } from '../support/engines'

const engines = await testEngines()
const [cpu, ...gpus] = engines
const norm = (values: readonly number[]) => Math.hypot(...values)
const distance = (a: readonly number[], b: readonly number[]) => norm(a.map((value, i) => value - b[i]))
const flat = (gradients: Record<string, { data: ArrayLike<number> }>) =>
  Object.values(gradients).flatMap(({ data }) => Array.from(data))

/** Points with random classes, and a classifier of them. */
async function invent(engine: Engine, seed: number) {
  const random = seededRandom(seed)
  const classes = integerFrom(random, 2, 7)
  const image = seed % 3 === 0
  const inputs = image ? ([4, 3, 2] as const) : integerFrom(random, 1, 13)
  const hidden = dense(integerFrom(random, 1, 5), 'tanh')
  const layers = image ? [conv2d(3, { activation: 'sigmoid' }), hidden] : seed % 3 === 1 ? [hidden] : []
  const classifier = await createClassifier(engine, { inputs, classes, layers, seed })
  const rows = [1, 2, 7, 33][seed % 4]
  const points = fillMatrix(rows, typeof inputs === 'number' ? inputs : 24, () => 3 * normalFrom(random))
  const labels = Array.from({ length: rows }, () => integerFrom(random, 0, classes - 1))
  return { classifier, points, labels }
}

/** The classifier as the oracle knows networks: an encoder whose code are the probabilities. */
async function asOracle(classifier: Classifier) {
  const { inputs, layers, classes } = classifier.architecture
  const encoder = [...layers, dense(classes, 'softmax')]
  const network: OracleNetwork = { inputs, encoder, decoder: [], loss: 'cross-entropy' }
  const named = Object.entries(await classifier.readParameters())
  const parameters = Object.fromEntries(named.map(([name, matrix]) => [name.replace('layers', 'encoder'), matrix]))
  return { network, parameters }
}

describe('gradients of a classifier', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('agree with central differences, case %i', async (seed) => {
    const { classifier, points, labels } = await invent(cpu.engine, seed)
    const { network, parameters } = await asOracle(classifier)
    const targets = labels.map((label) =>
      Array.from({ length: classifier.architecture.classes }, (_, i) => Number(i === label)),
    )
    const { loss, penalty, gradients } = await classifier.gradients(points, labels)
    const expected = lossOracle(network, parameters, rowsOf(points), undefined, targets)
    expect(Math.abs(loss - expected.loss)).toBeLessThan(1e-5 * expected.loss)
    expect(penalty).toBe(0)
    const differences = gradientOracle(network, parameters, rowsOf(points), undefined, targets)
    const wanted = Object.values(differences).flatMap((data) => Array.from(data))
    expect(distance(flat(gradients), wanted)).toBeLessThan(1e-5 * norm(wanted))
    for (const { engine } of gpus) {
      const other = await invent(engine, seed)
      const own = await other.classifier.gradients(points, labels)
      expect(Math.abs(own.loss - loss)).toBeLessThan(1e-4 * loss)
      expect(distance(flat(own.gradients), flat(gradients))).toBeLessThan(1e-4 * norm(flat(gradients)))
      other.classifier.destroy()
    }
    classifier.destroy()
  })

  test('lose nothing where a class is all but impossible', async () => {
    for (const { engine } of engines) {
      const classifier = await createClassifier(engine, { inputs: 1, classes: 3 })
      classifier.writeParameters({ 'layers.0.weight': matrix([200, 0, -200]), 'layers.0.bias': matrix([0, 0, 0]) })
      const { loss, gradients } = await classifier.gradients([[1]], [2])
      expect(loss).toBeCloseTo(400, 3)
      expect([...gradients['layers.0.bias'].data]).toEqual([1, 0, -1])
      classifier.destroy()
    }
  })
})

function matrix(data: number[]): Matrix {
  return { data: Float32Array.from(data), rows: 1, columns: data.length }
}

const share = (predicted: Uint32Array, labels: Uint32Array) =>
  predicted.filter((label, row) => label === labels[row]).length / labels.length

describe.each(engines)('a classifier on $name', ({ engine }) => {
  test('tells the irises apart, the same each time, and is what its file says', async () => {
    const { points, classes: labels } = await readLabelled('iris.csv')
    const learn = async () => {
      const classifier = await createClassifier(engine, { inputs: 4, classes: 3, standardize: true, seed: 4 })
      const options = { epochs: 40, batchSize: 25, optimizer: adam({ learningRate: 0.05 }), validation: 0.2 }
      return { classifier, result: await classifier.fit(points, labels, options) }
    }
    const { classifier, result } = await learn()
    expect(result.validation.at(-1)).toBeLessThan(0.25)
    expect(share(await classifier.predict(points), labels)).toBeGreaterThan(0.95)
    const probabilities = await classifier.probabilities(points)
    for (const row of rowsOf(probabilities)) expect(row.reduce((sum, p) => sum + p)).toBeCloseTo(1, 5)
    const again = await learn()
    expect(again.result).toEqual(result)
    classifier.metadata.classes = 'setosa, versicolor, virginica'
    const loaded = await loadClassifier(engine, await classifier.save())
    expect(await loaded.probabilities(points)).toEqual(probabilities)
    expect(loaded.architecture).toEqual(classifier.architecture)
    expect(loaded.metadata).toEqual(classifier.metadata)
    expect(loaded.training).toMatchObject({ epochs: 40, validation: 0.2 })
    for (const each of [classifier, again.classifier, loaded]) each.destroy()
    expect((engine as Executor).allocatedBytes).toBe(0)
  })

  test('validates on points of their own, which stay with their labels in every order', async () => {
    // Class 0 left of 0, class 1 right of it: any mix-up of labels would show.
    const at = (row: number) => (row % 2 === 0 ? -1 : 1) * (1 + (row % 7))
    const points = fillMatrix(300, 1, at)
    const labels = Array.from({ length: 300 }, (_, row) => row % 2)
    const classifier = await createClassifier(engine, { inputs: 1, classes: 2 })
    const validation = { points: fillMatrix(9, 1, at), labels: labels.slice(0, 9) }
    const optimizer = adam({ learningRate: 0.3 })
    const { validation: losses } = await classifier.fit(points, labels, { epochs: 10, optimizer, validation })
    expect(losses.at(-1)).toBeLessThan(0.01)
    expect([...(await classifier.predict([[-3], [3]]))]).toEqual([0, 1])
    classifier.destroy()
  })
})

test.each(gpus)('a classifier learns from codes that stay on the device, $name', async ({ engine }) => {
  const { points, classes: labels } = await readLabelled('iris.csv')
  const autoencoder = await createAutoencoder(engine, { inputs: 4, encoder: [dense(2)], standardize: true })
  await autoencoder.fit(points, { epochs: 5, optimizer: adam({ learningRate: 0.05 }) })
  const codes = await autoencoder.encode(points, { output: 'gpu' })
  const learn = async (codes: Points) => {
    const head = await createClassifier(engine, { inputs: 2, classes: 3, standardize: true })
    const { loss } = await head.fit(codes, labels, { epochs: 4, optimizer: adam({ learningRate: 0.1 }) })
    const predicted = await head.predict(codes)
    head.destroy()
    return { loss, predicted }
  }
  const onDevice = await learn(codes)
  expect(onDevice).toEqual(await learn(await autoencoder.encode(points)))
  expect(share(onDevice.predicted, labels)).toBeGreaterThan(0.7)
  codes.buffer.destroy()
  autoencoder.destroy()
})

test('labels go with their points where those lie in several buffers', async () => {
  const [rows, columns] = [5000, 8]
  const labels = Uint32Array.from({ length: rows }, (_, row) => (Math.imul(row + 1, 2654435761) >>> 30) & 1)
  const data = new Float32Array(rows * columns)
  labels.forEach((label, row) => {
    data[row * columns] = 2 * label - 1
  })
  const points = { data, rows, columns }
  const { engine } = gpus[0]
  const classifier = await createClassifier(engine, { inputs: columns, classes: 2 })
  const optimizer = adam({ learningRate: 0.2 })
  // 2048 rows.
  await withSmallBuffers(engine, 65_536, async () => {
    const options = { epochs: 2, batchSize: 100, optimizer, validation: 0.1 }
    const { loss, validation } = await classifier.fit(points, labels, options)
    expect(loss.at(-1)).toBeLessThan(0.01)
    expect(validation.at(-1)).toBeLessThan(0.01)
    const again = await classifier.gradients(points, labels)
    expect(again.loss).toBeLessThan(0.01)
  })
  classifier.destroy()
})

describe('a classifier refuses', () => {
  test.each([
    [[0, 1, 3], 'labels[2] is 3; with 3 classes they are integers from 0 to 2'],
    [[0, 0.5, 1], 'labels[1] is 0.5'],
    [[0, 1], 'got 2 labels for 3 points'],
  ])('labels %j', async (labels, message) => {
    const classifier = await createClassifier(cpu.engine, { inputs: 1, classes: 3 })
    const points = [[1], [2], [3]]
    await expect(classifier.fit(points, labels, { epochs: 1 })).rejects.toThrow(message)
    await expect(classifier.gradients(points, labels)).rejects.toThrow(message)
    expect((cpu.engine as Executor).allocatedBytes).toBeGreaterThan(0)
    classifier.destroy()
    expect((cpu.engine as Executor).allocatedBytes).toBe(0)
  })

  test('options that make no classifier, and files of something else', async () => {
    const create = (options: object) => createClassifier(cpu.engine, { inputs: 2, classes: 2, ...options })
    await expect(create({ classes: 1 })).rejects.toThrow('classes must be an integer from 2 to 65536, got 1')
    await expect(create({ encoder: [] })).rejects.toThrow("'encoder'")
    await expect(create({ layers: [conv2d(2)] })).rejects.toThrow('layers[0]')
    await expect(loadClassifier(cpu.engine, new Uint8Array(9))).rejects.toMatchObject({ code: 'FormatError' })
    await expect(loadClassifier(cpu.engine, [] as never)).rejects.toThrow('loadClassifier takes the bytes of a file')
  })
})
