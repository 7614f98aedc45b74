import {
  type Autoencoder,
  type AutoencoderOptions,
  adam,
  conv2d,
  createAutoencoder,
  createEngine,
  dense,
  dropout,
  LloydError,
  loadAutoencoder,
  maxPool2d,
} from 'lloyd'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Executor } from '../../src/engine/engine.js'
import { readSafetensors } from '../oracle/safetensors'
import { integerFrom, readDataset, seededRandom } from '../support/datasets'
import { type TestEngine, testEngines } from '../support/engines'

const engines: TestEngine[] = await testEngines()
const { points } = readDataset('iris')
const plain: AutoencoderOptions = { inputs: 4, encoder: [dense(3, 'tanh'), dense(2)], standardize: true, seed: 7 }

/** The same file with its header changed, padded as before or anew. */
function withHeader(file: Uint8Array, change: (header: Record<string, object>) => unknown): Uint8Array {
  const { text, start } = readSafetensors(file)
  const header = JSON.parse(text)
  const json = new TextEncoder().encode(JSON.stringify(change(header) ?? header))
  const changed = new Uint8Array(8 + json.length + file.length - start)
  new DataView(changed.buffer).setBigUint64(0, BigInt(json.length), true)
  changed.set(json, 8)
  changed.set(file.subarray(start), 8 + json.length)
  return changed
}

describe.each(engines)('a saved auto-encoder on $name', ({ engine }) => {
  test.each<[string, AutoencoderOptions]>([
    ['plain, of standardized columns', plain],
    ['variational', { inputs: 4, encoder: [dense(5, 'relu'), dense(2)], variational: { beta: 0.5 } }],
    [
      'sparse and denoising',
      { inputs: 4, encoder: [dense(6, 'softplus')], sparsity: 0.01, noise: { kind: 'masking', amount: 0.2 } },
    ],
    [
      'convolutional',
      { inputs: [2, 2, 1], encoder: [conv2d(3, { size: 2, activation: 'relu' }), maxPool2d(), dropout(0.1), dense(2)] },
    ],
  ])('comes back the same: %s', async (_, options) => {
    const held = (engine as Executor).allocatedBytes
    using autoencoder = await createAutoencoder(engine, options)
    await autoencoder.fit(points, { epochs: 2, validation: 0.1, schedule: 'cosine' })
    autoencoder.metadata.table = 'iris, ä'
    const file = await autoencoder.save()
    using loaded = await loadAutoencoder(engine, file)
    expect(loaded.architecture).toEqual(autoencoder.architecture)
    expect(loaded.scaling).toEqual(autoencoder.scaling)
    expect(loaded.metadata).toEqual({ table: 'iris, ä' })
    expect(loaded.training).toEqual(autoencoder.training)
    expect(loaded.training).toMatchObject({ epochs: 2, batchSize: 32, optimizer: { type: 'adam' }, validation: 0.1 })
    expect(await loaded.readParameters()).toEqual(await autoencoder.readParameters())
    for (const give of [
      (model: Autoencoder) => model.encode(points),
      (model: Autoencoder) => model.reconstruct(points),
      (model: Autoencoder) => model.errors(points),
    ]) {
      expect(await give(loaded)).toEqual(await give(autoencoder))
    }
    expect(await loaded.save()).toEqual(file)
    // Standardization is not chosen anew when training goes on.
    await loaded.fit({ ...points, data: points.data.map((value) => value + 1) }, { epochs: 1 })
    expect(loaded.scaling).toEqual(autoencoder.scaling)
    loaded.destroy()
    autoencoder.destroy()
    expect((engine as Executor).allocatedBytes).toBe(held)
  })
})

describe('a file of an auto-encoder', () => {
  const { engine } = engines[0]
  let file: Uint8Array
  let architecture: string

  beforeAll(async () => {
    using autoencoder = await createAutoencoder(engine, plain)
    await autoencoder.fit(points, { epochs: 1, optimizer: adam({ learningRate: 0.01 }) })
    file = await autoencoder.save()
    architecture = readSafetensors(file).metadata['lloyd.architecture']
  })

  test('is in the safetensors format, as other readers know it', async () => {
    using autoencoder = await loadAutoencoder(engine, file)
    const { start, metadata, tensors } = readSafetensors(file)
    expect(start % 8).toBe(0)
    expect(Object.values(metadata).every((value) => typeof value === 'string')).toBe(true)
    expect(JSON.parse(metadata['lloyd.architecture'])).toEqual(autoencoder.architecture)
    expect(JSON.parse(metadata['lloyd.training'])).toMatchObject({ epochs: 1, optimizer: { learningRate: 0.01 } })
    for (const [name, { data, rows, columns }] of Object.entries(await autoencoder.readParameters())) {
      expect(tensors[name]).toMatchObject({ dtype: 'F32', shape: [rows, columns], values: [...data] })
    }
    expect(tensors['scaling.mean'].values).toEqual([...autoencoder.scaling!.mean])
    expect(tensors['scaling.factor'].values).toEqual([...autoencoder.scaling!.factor])
    const ranges = Object.values(tensors).map(({ offsets }) => offsets)
    expect(ranges[0][0]).toBe(0)
    for (let i = 1; i < ranges.length; i++) expect(ranges[i][0]).toBe(ranges[i - 1][1])
    expect(ranges.at(-1)![1]).toBe(file.length - start)
  })

  test('may lie anywhere in a buffer, and be unpadded', async () => {
    const shifted = new Uint8Array(file.length + 3).subarray(3)
    shifted.set(file)
    for (const same of [shifted, withHeader(file, () => undefined), Buffer.from(file)]) {
      using autoencoder = await loadAutoencoder(engine, same)
      expect(await autoencoder.save()).toEqual(file)
    }
  })

  const zeros = (bytes: number) => new Uint8Array(bytes)
  const inMetadata = (changes: Record<string, unknown>) =>
    withHeader(file, (header) => ({ ...header, __metadata__: { ...header.__metadata__, ...changes } }))
  const inArchitecture = (changes: object) =>
    inMetadata({ 'lloyd.architecture': JSON.stringify({ ...JSON.parse(architecture), ...changes }) })
  const inTraining = (changes: object) => {
    const training = readSafetensors(file).metadata['lloyd.training']
    return inMetadata({ 'lloyd.training': JSON.stringify({ ...JSON.parse(training), ...changes }) })
  }
  /** The last two tensors, of 4 columns. */
  const withoutScaling = () =>
    withHeader(file, ({ 'scaling.mean': _, 'scaling.factor': __, ...rest }) => rest).slice(0, -2 * 4 * 4)
  const tensor = (changes: object) =>
    withHeader(file, (header) => {
      Object.assign(header['encoder.0.weight'], changes)
    })
  const faults: [string, () => Uint8Array, RegExp][] = [
    ['empty', () => zeros(0), /0 bytes are too few/],
    ['zeros', () => zeros(400), /its header is not JSON/],
    ['text', () => new TextEncoder().encode('a,b\n1,2\n3,4\n5,6\n'), /announce a header of \d+ bytes/],
    ['a cut header', () => file.subarray(0, 100), /does not fit a file of 100: it is cut short/],
    ['cut data', () => file.subarray(0, -4), /ends at byte \d+ of \d+: the file is cut short/],
    ['too much data', () => Uint8Array.from([...file, 0, 0]), /2 bytes after the last tensor belong to none/],
    ['an array', () => withHeader(file, () => []), /not a JSON object/],
    ['numbers for text', () => inMetadata({ note: 3 }), /has 'note', which is not a string/],
    ['an unknown type', () => tensor({ dtype: 'F7' }), /unknown dtype "F7"/],
    ['another type', () => tensor({ dtype: 'I32' }), /'encoder.0.weight' is I32 of shape \[4,3\] and must be F32/],
    ['another shape', () => tensor({ shape: [3, 4] }), /F32 of shape \[3,4\] and must be F32 of shape \[4,3\]/],
    ['a shape of another size', () => tensor({ shape: [5, 3] }), /has 48 bytes; F32 of shape \[5,3\] needs 60/],
    ['a negative shape', () => tensor({ shape: [-4, -3] }), /not a list of integers/],
    [
      'offsets out of range',
      () => tensor({ data_offsets: [1e9, 1e9 + 48] }),
      /leaves a gap after the tensor before it/,
    ],
    ['reversed offsets', () => tensor({ data_offsets: [48, 0] }), /not \[begin, end\]/],
    ['overlapping tensors', () => tensor({ data_offsets: [48, 96] }), /overlaps|leaves a gap/],
    ['a missing tensor', () => withHeader(file, ({ 'scaling.factor': _, ...rest }) => rest), /belong to none/],
    ['foreign metadata', () => withHeader(file, ({ __metadata__, ...rest }) => rest), /no model of lloyd/],
    ['another kind', () => inMetadata({ 'lloyd.model': 'mixture' }), /a model of the kind 'mixture'/],
    ['another version', () => inMetadata({ 'lloyd.version': '9' }), /has version 9 and this lloyd reads 1/],
    ['no architecture', () => inMetadata({ 'lloyd.architecture': 'dense' }), /lloyd.architecture is not JSON/],
    ['a wrong layer', () => inArchitecture({ encoder: [{ type: 'lstm' }] }), /architecture is invalid: .*lstm/],
    ['another width', () => inArchitecture({ encoder: [dense(5), dense(2)] }), /must be F32 of shape \[4,5\]/],
    ['enormous layers', () => inArchitecture({ encoder: [dense(65536), dense(65536)] }), /\[4,65536\]/],
    ...['activation', 'units'].map((field): (typeof faults)[number] => [
      `a layer without ${field}`,
      () => inArchitecture({ encoder: [{ ...dense(3, 'tanh'), [field]: undefined }, dense(2)] }),
      new RegExp(`encoder\\[0\\]\\.${field} must be`),
    ]),
    ...['inputs', 'decoder', 'loss', 'sparsity', 'noise', 'variational', 'standardize', 'seed'].map(
      (key): (typeof faults)[number] => [
        `an architecture without ${key}`,
        () => inArchitecture({ [key]: undefined }),
        new RegExp(`architecture has no '${key}'`),
      ],
    ),
    ['a training that is none', () => inMetadata({ 'lloyd.training': '{}' }), /record is invalid: epochs must be/],
    ['a training of another optimizer', () => inTraining({ optimizer: { type: 'lion' } }), /must be adam/],
    ['a training with half an optimizer', () => inTraining({ optimizer: { type: 'adam' } }), /learningRate must be/],
    ['a training of text', () => inTraining({ loss: '3' }), /loss must be a finite number/],
    ['a training of more', () => inTraining({ mood: 3 }), /'mood'/],
    ['no scaling though it was trained', withoutScaling, /no tensor 'scaling.mean'/],
    ['no scaling in use', () => inArchitecture({ standardize: false }), /tensor 'scaling.mean' that its archit/],
  ]

  test.each(faults)('is refused with %s', async (_, make, message) => {
    const error = await loadAutoencoder(engine, make()).catch((error) => error)
    expect(error).toBeInstanceOf(LloydError)
    expect(error).toMatchObject({ code: 'FormatError', message: expect.stringMatching(message) })
  })

  test('is refused with weights that are not finite, or factors that are not positive', async () => {
    const { start, tensors } = readSafetensors(file)
    for (const [name, value, message] of [
      ['decoder.1.bias', Number.NaN, "'decoder.1.bias' has NaN at 0"],
      ['encoder.0.weight', Number.NEGATIVE_INFINITY, "'encoder.0.weight' has -Infinity at 0"],
      ['scaling.factor', 0, 'scaling.factor has 0 at 0'],
    ] as const) {
      const damaged = file.slice()
      new DataView(damaged.buffer).setFloat32(start + tensors[name].offsets[0], value, true)
      await expect(loadAutoencoder(engine, damaged)).rejects.toMatchObject({
        code: 'FormatError',
        message: expect.stringContaining(message),
      })
    }
  })

  test('loads or is refused with a FormatError, whatever happens to its bytes', async () => {
    const seed = 20261124
    const random = seededRandom(seed)
    const { start } = readSafetensors(file)
    let refused = 0
    for (let round = 0; round < 600; round++) {
      let damaged = file.slice()
      // Mostly the header, which says what everything means.
      const place = () => integerFrom(random, 0, (random() < 0.8 ? start : damaged.length) - 1)
      for (let times = integerFrom(random, 1, 3); times > 0; times--) {
        const at = place()
        const kind = integerFrom(random, 0, 4)
        if (kind === 0) damaged[at] ^= 1 << integerFrom(random, 0, 7)
        else if (kind === 1) damaged[at] = integerFrom(random, 0x20, 0x7e)
        else if (kind === 2) damaged = damaged.slice(0, Math.max(1, at))
        else if (kind === 3) damaged = Uint8Array.from([...damaged.subarray(0, at), ...damaged.subarray(at + 1)])
        else damaged[at] = '0123456789[]{}",:-e'.charCodeAt(integerFrom(random, 0, 18))
        if (damaged.length <= start) break
      }
      try {
        const autoencoder = await loadAutoencoder(engine, damaged)
        expect((await autoencoder.encode([[5, 3, 1, 0]])).columns).toBe(autoencoder.units)
        autoencoder.destroy()
      } catch (error) {
        refused++
        const known = error instanceof LloydError && error.code === 'FormatError'
        if (!known) throw new Error(`seed ${seed}, round ${round}`, { cause: error })
      }
    }
    expect(refused).toBeGreaterThan(300)
  })

  test('keeps lloyd’s own keys apart from those of its users', async () => {
    using autoencoder = await loadAutoencoder(engine, file)
    autoencoder.metadata['lloyd.model'] = 'mine'
    await expect(autoencoder.save()).rejects.toMatchObject({ code: 'InputError' })
    await expect(loadAutoencoder(engine, 'model.safetensors' as never)).rejects.toMatchObject({ code: 'InputError' })
  })

  test('needs no GPU to be read where another made it', async () => {
    using other = await createEngine({ backend: 'cpu' })
    const last = engines.at(-1)!.engine
    using here = await loadAutoencoder(other, file)
    using there = await loadAutoencoder(last, file)
    expect(await there.save()).toEqual(await here.save())
    const [a, b] = await Promise.all([here.encode(points), there.encode(points)])
    for (let i = 0; i < a.data.length; i++) expect(b.data[i]).toBeCloseTo(a.data[i], 4)
  })
})
