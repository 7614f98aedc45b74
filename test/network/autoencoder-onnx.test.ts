import {
  type AutoencoderOptions,
  averagePool2d,
  conv2d,
  convTranspose2d,
  createAutoencoder,
  createClassifier,
  dense,
  dropout,
  exportOnnx,
  type Matrix,
  maxPool2d,
  reshape,
  upsample2d,
} from 'lloyd'
import * as onnx from 'onnxruntime-web'
import { describe, expect, test } from 'vitest'
import { fillMatrix, normalFrom, readDataset, seededRandom } from '../support/datasets'
import { type TestEngine, testEngines } from '../support/engines'

onnx.env.wasm.numThreads = 1
const engines: TestEngine[] = await testEngines()
/** The result of onnxruntime for a matrix. */
async function runOnnx(file: Uint8Array, { data, rows, columns }: Matrix): Promise<Matrix> {
  const session = await onnx.InferenceSession.create(file)
  const [input, output] = [session.inputNames[0], session.outputNames[0]]
  const results = await session.run({ [input]: new onnx.Tensor('float32', data, [rows, columns]) })
  await session.release()
  const { dims, data: values } = results[output]
  return { data: values as Float32Array, rows: dims[0], columns: dims[1] }
}

/** Norm of the difference over the norm. */
function difference(got: Matrix, expected: Matrix): number {
  expect([got.rows, got.columns]).toEqual([expected.rows, expected.columns])
  const squares = (values: Float32Array) => values.reduce((sum, value) => sum + value * value, 0)
  return Math.sqrt(squares(got.data.map((value, i) => value - expected.data[i])) / squares(expected.data))
}

const activations = ['linear', 'relu', 'leaky-relu', 'sigmoid', 'tanh', 'softplus', 'softmax'] as const

const cases: [string, AutoencoderOptions][] = [
  ['every activation', { inputs: 5, encoder: activations.map((activation) => dense(5, activation)) }],
  ['one unit', { inputs: 1, encoder: [dense(1)] }],
  ['standardized columns', { inputs: 7, encoder: [dense(4, 'relu'), dense(2)], standardize: true }],
  ['a variational code', { inputs: 6, encoder: [dense(5, 'tanh'), dense(3)], variational: { beta: 1 } }],
  ['cross-entropy', { inputs: 6, encoder: [dense(3, 'relu')], loss: 'binary-cross-entropy' }],
  ['images', { inputs: [6, 5, 2], encoder: [conv2d(3, { activation: 'relu' }), conv2d(4, { stride: 2 }), dense(3)] }],
  ['whole windows', { inputs: [9, 8, 1], encoder: [conv2d(2, { size: 3, stride: 2, padding: 'valid' })] }],
  ['long strides', { inputs: [7, 7, 2], encoder: [conv2d(2, { size: 2, stride: 3, activation: 'softmax' })] }],
  [
    'a variational code of images',
    {
      inputs: [4, 4, 1],
      encoder: [conv2d(2, { size: 2, stride: 2 }), dense(2)],
      variational: { beta: 1 },
    },
  ],
  ['standardized images', { inputs: [3, 4, 2], encoder: [conv2d(2, { activation: 'tanh' })], standardize: true }],
  ['pools', { inputs: [7, 5, 3], encoder: [conv2d(4), maxPool2d(2), averagePool2d(3), dense(2)] }],
  ['one large pool', { inputs: [3, 2, 2], encoder: [averagePool2d(4), dense(3)] }],
  [
    'layers that enlarge',
    {
      inputs: [2, 3, 2],
      encoder: [convTranspose2d(3, { stride: 2, activation: 'relu' }), upsample2d(2), dense(4)],
    },
  ],
  ['changes of shape', { inputs: 12, encoder: [reshape([2, 3, 2]), conv2d(2, { size: 1 }), dropout(0.5), dense(2)] }],
]

describe.each(engines)('an ONNX file from $name', ({ engine }) => {
  const chosen = engine.backend === 'cpu' ? cases : cases.filter((_, index) => index === 3 || index === 10)
  test.each(chosen)(`gives what lloyd gives: %s`, async (_, options) => {
    const random = seededRandom(11)
    const features = typeof options.inputs === 'number' ? options.inputs : options.inputs.reduce((a, b) => a * b)
    const unit = options.loss === 'binary-cross-entropy'
    const points = fillMatrix(9, features, (_, column) =>
      unit ? random() : (1 + column) * normalFrom(random) + column,
    )
    using autoencoder = await createAutoencoder(engine, { ...options, seed: 5 })
    await autoencoder.fit(points, { epochs: 2, batchSize: 4 })
    const codes = await autoencoder.encode(points)
    const reconstruction = await autoencoder.reconstruct(points)
    expect(difference(await runOnnx(await exportOnnx(autoencoder, 'encoder'), points), codes)).toBeLessThan(1e-5)
    expect(difference(await runOnnx(await exportOnnx(autoencoder, 'decoder'), codes), reconstruction)).toBeLessThan(
      1e-5,
    )
    expect(difference(await runOnnx(await exportOnnx(autoencoder), points), reconstruction)).toBeLessThan(1e-5)
    const one = { data: points.data.slice(0, features), rows: 1, columns: features }
    expect((await runOnnx(await exportOnnx(autoencoder), one)).rows).toBe(1)
  })
})

test('an ONNX file of a classifier gives its probabilities', async () => {
  const { engine } = engines[0]
  const { points, classes: labels } = readDataset('iris')
  using classifier = await createClassifier(engine, {
    inputs: 4,
    classes: 3,
    layers: [dense(5, 'relu')],
    standardize: true,
  })
  await classifier.fit(points, labels, { epochs: 3 })
  const got = await runOnnx(await exportOnnx(classifier), points)
  expect(difference(got, await classifier.probabilities(points))).toBeLessThan(1e-5)
  await expect(exportOnnx(classifier, 'encoder')).rejects.toThrow('a classifier has no encoder')
})

test('an ONNX file names its inputs and outputs, and its parts are checked', async () => {
  const { engine } = engines[0]
  const { points } = readDataset('iris')
  using autoencoder = await createAutoencoder(engine, { inputs: 4, encoder: [dense(2)], standardize: true })
  // Before the first fit there is no scaling.
  expect(
    difference(await runOnnx(await exportOnnx(autoencoder), points), await autoencoder.reconstruct(points)),
  ).toBeLessThan(1e-5)
  for (const [part, input, output] of [
    ['encoder', 'points', 'code'],
    ['decoder', 'code', 'reconstruction'],
    ['whole', 'points', 'reconstruction'],
  ] as const) {
    const session = await onnx.InferenceSession.create(await exportOnnx(autoencoder, part))
    expect([...session.inputNames, ...session.outputNames]).toEqual([input, output])
    await session.release()
  }
  await expect(exportOnnx(autoencoder, 'middle' as never)).rejects.toMatchObject({ code: 'InputError' })
})
