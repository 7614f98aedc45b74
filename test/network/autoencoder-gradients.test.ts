/**
 * Invented networks with every layer, activation and loss: the twins' gradients against central differences in float64,
 * and the shaders' against the twins'.
 *
 * A case is a number; its test's name holds it with what it is made of. `LLOYD_SEED=17 LLOYD_CASES=1 npx vitest run
 * test/autoencoder-gradients` runs that one alone. `npm run verify` (LLOYD_VERIFY) runs ten times as many.
 */
import {
  type Activation,
  type AutoencoderOptions,
  averagePool2d,
  conv2d,
  convTranspose2d,
  createAutoencoder,
  dense,
  dropout,
  type Engine,
  type Layer,
  type Matrix,
  maxPool2d,
  reshape,
  upsample2d,
} from 'lloyd'
import { describe, expect, test } from 'vitest'
import { gradientOracle, lossOracle, type OracleNetwork } from '../oracle/autoencoder'
import { fillMatrix, integerFrom, normalFrom, pickFrom, type Random, rowsOf, seededRandom } from '../support/datasets'
import { testEngines } from '../support/engines'

const firstCase = Number(process.env.LLOYD_SEED ?? 1)
const caseCount = Number(process.env.LLOYD_CASES ?? (process.env.LLOYD_VERIFY ? 400 : 40))

const [cpu, ...gpus] = await testEngines()

const activations: Activation[] = ['linear', 'relu', 'leaky-relu', 'sigmoid', 'tanh', 'softplus', 'softmax']

interface Case {
  options: AutoencoderOptions
  points: Matrix
  epsilon?: Matrix
}

/** Layers over images of a shape, and the shape they give. */
function imageLayers(random: Random, count: number, widest: number, weighted: boolean): Layer[] {
  return Array.from({ length: count }, (_, index) => {
    const options = {
      size: integerFrom(random, 1, 4),
      stride: integerFrom(random, 1, 3),
      activation: pickFrom(random, activations),
    }
    const filters = integerFrom(random, 1, widest)
    const convolutions = [
      () => conv2d(filters, options),
      () => conv2d(filters, { ...options, padding: 'valid', size: 1 }),
      () => convTranspose2d(filters, { ...options, stride: Math.min(options.stride, 2) }),
    ]
    // A mirrored decoder can only end in a sigmoid or softmax where the encoder begins with weights.
    if (weighted && index === 0) return pickFrom(random, convolutions)()
    return pickFrom<() => Layer>(random, [
      ...convolutions,
      () => maxPool2d(integerFrom(random, 1, 3)),
      () => averagePool2d(integerFrom(random, 1, 3)),
      () => upsample2d(2),
      () => dropout(0.3),
    ])()
  })
}

/** A network up to `widest` units wide, with points for it. */
function inventCase(seed: number, widest: number, sides: readonly number[], rowChoices: readonly number[]): Case {
  const random = seededRandom(seed)
  const images = random() < 0.5
  const width = () => integerFrom(random, 1, widest)
  const side = () => pickFrom(random, sides)
  const inputs = images ? ([side(), side(), integerFrom(random, 1, 3)] as const) : width()
  const features = typeof inputs === 'number' ? inputs : inputs[0] * inputs[1] * inputs[2]
  const crossEntropy = random() < 0.5
  const shares = crossEntropy && random() < 0.3
  const layers = integerFrom(random, 1, 2)
  const encoder: Layer[] = images ? imageLayers(random, layers, Math.min(widest, 9), crossEntropy) : []
  const weightless = encoder.every((layer) => !('activation' in layer))
  if (weightless || random() < 0.5) encoder.push(dense(width(), pickFrom(random, activations)))
  const kind = pickFrom(random, ['plain', 'sparse', 'variational'])
  if (kind === 'variational') encoder.push(dense(integerFrom(random, 1, Math.min(5, widest))))
  const options: AutoencoderOptions = {
    inputs,
    encoder,
    loss: shares ? 'cross-entropy' : crossEntropy ? 'binary-cross-entropy' : 'squared-error',
    sparsity: kind === 'sparse' ? 0.1 + random() : 0,
    variational: kind === 'variational' ? { beta: 0.1 + 2 * random() } : false,
    seed,
  }
  if (random() < 0.3) {
    const last = shares ? 'softmax' : crossEntropy ? 'sigmoid' : pickFrom(random, activations)
    options.decoder = [dense(width(), pickFrom(random, activations)), dense(features, last)]
    if (images) options.decoder = [...options.decoder, reshape([...(inputs as readonly [number, number, number])])]
  }
  const rows = pickFrom(random, rowChoices)
  const points = fillMatrix(rows, features, () => (crossEntropy ? random() : normalFrom(random)))
  const last = encoder.at(-1)!
  const epsilon =
    kind === 'variational' && last.type === 'dense' ? fillMatrix(rows, last.units, () => normalFrom(random)) : undefined
  return { options, points, epsilon }
}

function describeCase({ options, points }: Case): string {
  const layer = (layer: Layer) => Object.values(layer).join(' ')
  const { inputs, encoder, decoder, loss, sparsity, variational } = options
  const kind = variational ? 'variational' : sparsity ? 'sparse' : 'plain'
  const ends = decoder ? ` | ${decoder.map(layer).join(', ')}` : ''
  return `${points.rows} of ${inputs}: ${encoder.map(layer).join(', ')}${ends}; ${loss}, ${kind}`
}

/** Loss and gradients on an engine, at parameters of which none is 0. */
async function differentiate(engine: Engine, { options, points, epsilon }: Case) {
  const autoencoder = await createAutoencoder(engine, options)
  try {
    const parameters = await autoencoder.readParameters()
    const random = seededRandom(options.seed! + 1000)
    for (const { data } of Object.values(parameters))
      for (let i = 0; i < data.length; i++) data[i] += 0.4 * random() - 0.2
    autoencoder.writeParameters(parameters)
    const { architecture } = autoencoder
    const result = await autoencoder.gradients(points, { epsilon })
    return { ...result, parameters, architecture }
  } finally {
    autoencoder.destroy()
  }
}

const norm = (values: readonly number[]) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
const all = (gradients: Record<string, { data: ArrayLike<number> } | ArrayLike<number>>) =>
  Object.values(gradients).flatMap((matrix) => Array.from('data' in matrix ? matrix.data : matrix))
const distance = (a: number[], b: number[]) => norm(a.map((value, i) => value - b[i]))

/** Shapes of images that the invented cases do not have: windows that do not fit evenly, and outputs that are given. */
function imageCases(): Case[] {
  const tanh = { activation: 'tanh' } as const
  const layers: [inputs: [number, number, number], ...Layer[]][] = [
    [[5, 6, 2], conv2d(6, { size: 3, padding: 'valid', ...tanh })],
    [[7, 6, 1], conv2d(3, { size: 2, stride: 2, padding: 'valid', ...tanh }), dense(2)],
    [[8, 9, 2], conv2d(5, { size: 4, stride: 3, padding: 'valid' }), conv2d(9, { size: 2, padding: 'valid', ...tanh })],
    [[3, 3, 2], convTranspose2d(5, { size: 3, stride: 2, output: [5, 6], ...tanh }), dense(3)],
    [[3, 3, 1], convTranspose2d(7, { size: 3, stride: 2, padding: 'valid', output: [8, 7], ...tanh })],
    [[2, 3, 3], convTranspose2d(6, { size: 2, padding: 'valid', activation: 'sigmoid' })],
    [[3, 2, 2], upsample2d(3, [7, 6]), conv2d(10, { size: 3, stride: 2, padding: 'valid', activation: 'softplus' })],
  ]
  return layers.flatMap(([inputs, ...encoder], i) =>
    (['squared-error', 'binary-cross-entropy'] as const).map((loss): Case => {
      const random = seededRandom(i + 1)
      const first = encoder[0].type === 'upsample2d' ? [conv2d(2, tanh)] : []
      return {
        options: { inputs, encoder: [...first, ...encoder], loss, seed: i },
        points: fillMatrix(3, inputs[0] * inputs[1] * inputs[2], () => random()),
      }
    }),
  )
}

/** Invented ones by their numbers, and those of images. */
function allCases(...limits: [number, readonly number[], readonly number[]]): [string, Case][] {
  const invented = Array.from({ length: caseCount }, (_, i): [string, Case] => {
    return [`case ${firstCase + i}`, inventCase(firstCase + i, ...limits)]
  })
  return [...invented, ...imageCases().map((own): [string, Case] => ['images', own])]
}

describe('gradients on the twins agree with central differences', () => {
  for (const [name, invented] of allCases(5, [1, 2, 3, 4, 5], [1, 2, 3])) {
    test(`${name}: ${describeCase(invented)}`, async () => {
      const { loss, penalty, gradients, parameters, architecture } = await differentiate(cpu.engine, invented)
      const beta = architecture.variational?.beta
      const network: OracleNetwork = { ...architecture, beta }
      const epsilon = invented.epsilon && rowsOf(invented.epsilon)
      const expected = lossOracle(network, parameters, rowsOf(invented.points), epsilon)
      // A softmax over one unit costs nothing at all.
      expect(Math.abs(loss - expected.loss)).toBeLessThanOrEqual(1e-5 * expected.loss)
      expect(Math.abs(penalty - expected.penalty)).toBeLessThanOrEqual(1e-5 * expected.loss)
      const differences = gradientOracle(network, parameters, rowsOf(invented.points), epsilon)
      const scale = norm(all(differences))
      expect(Object.keys(gradients)).toEqual(Object.keys(differences))
      for (const [name, own] of Object.entries(gradients)) {
        const wanted = Array.from(differences[name])
        // Where a matrix's gradients all but cancel out, they are compared with the others.
        const limit = 1e-5 * Math.max(norm(wanted), 0.01 * scale)
        expect(distance(Array.from(own.data), wanted), name).toBeLessThanOrEqual(limit)
      }
    })
  }
})

describe.each(gpus)('gradients on $name agree with the twins', ({ engine, name }) => {
  const slow = /swiftshader/i.test(name)
  const widths = slow ? 17 : 131
  const sides = slow ? [1, 2, 5, 7] : [1, 2, 7, 13, 16, 28]
  const rows = slow ? [1, 2, 7, 33] : [1, 2, 7, 33, 64, 127]
  for (const [name, invented] of allCases(widths, sides, rows)) {
    test(`${name}: ${describeCase(invented)}`, async () => {
      const own = await differentiate(engine, invented)
      const twin = await differentiate(cpu.engine, invented)
      expect(Math.abs(own.loss - twin.loss)).toBeLessThanOrEqual(1e-4 * twin.loss)
      expect(distance(all(own.gradients), all(twin.gradients))).toBeLessThanOrEqual(1e-4 * norm(all(twin.gradients)))
    })
  }
})
