/** Programs around lloyd: errors in messages, two copies of it, bytes of any kind, runtimes without some globals. */
import { readFile } from 'node:fs/promises'
import { MessageChannel as NodeMessageChannel } from 'node:worker_threads'
import * as lloyd from 'lloyd'
import {
  createAutoencoder,
  createEngine,
  dense,
  encodePng,
  exportOnnx,
  LloydError,
  loadAutoencoder,
  toLloydError,
} from 'lloyd'
import { expect, test, vi } from 'vitest'
import { VERSION } from '../../src/version.js'
import { readFields } from '../oracle/protobuf.js'

const refuse = (): Promise<LloydError> =>
  createEngine({ backend: 'gpu' as 'cpu' }).then(
    () => Promise.reject(new Error('not refused')),
    (error) => error,
  )

test('errors keep their code in messages', async () => {
  const error = await refuse()
  const { port1, port2 } = new NodeMessageChannel()
  const posted = new Promise((resolve) => port2.once('message', resolve))
  port1.postMessage(error)
  const copies = [await posted, structuredClone(error), error.toJSON(), JSON.parse(JSON.stringify(error))]
  port1.close()
  for (const copy of copies) {
    const again = toLloydError(copy)
    expect(again).toBeInstanceOf(LloydError)
    expect(again).toMatchObject({ name: 'LloydError', code: 'InputError', message: error.message })
  }
  expect(toLloydError(error)).toBe(error)
  const caused = new LloydError('FormatError', 'damaged', { cause: new RangeError('far') })
  expect(toLloydError(structuredClone(caused))).toMatchObject({
    code: 'FormatError',
    cause: { code: 'FormatError', cause: expect.objectContaining({ message: 'far' }) },
  })
  const others = [
    new Error('x'),
    null,
    'x',
    { code: 'InputError' },
    { name: 'LloydError', code: 'ENOENT', message: 'x' },
  ]
  for (const other of others) expect(toLloydError(other)).toBeNull()
})

test('a class that extends LloydError has its own instances only', () => {
  class Own extends LloydError {}
  expect(new LloydError('InputError', 'a') instanceof Own).toBe(false)
  expect(new Own('InputError', 'a') instanceof Own).toBe(true)
  expect(new Own('InputError', 'a') instanceof LloydError).toBe(true)
})

test('two copies know each other’s errors, and refuse each other’s engines', async () => {
  vi.resetModules()
  const copy: typeof lloyd = await import('../../src/node.js')
  expect(copy.LloydError).not.toBe(LloydError)
  const error = await refuse()
  expect(error).toBeInstanceOf(copy.LloydError)
  expect(new Error('x')).not.toBeInstanceOf(copy.LloydError)
  const engine = await createEngine({ backend: 'cpu' })
  await expect(copy.kmeans(engine, [[1], [2]], { k: 1 })).rejects.toMatchObject({
    code: 'InputError',
    message: expect.stringContaining('another copy of lloyd'),
  })
  await expect(copy.kmeans({} as never, [[1], [2]], { k: 1 })).rejects.toThrow(/createEngine\(\), got \{\}/)
  engine.destroy()
})

test('a network is loaded from bytes of any kind', async () => {
  const engine = await createEngine({ backend: 'cpu' })
  const network = await createAutoencoder(engine, { inputs: 3, encoder: [dense(2)] })
  const bytes = await network.save()
  const expected = await network.readParameters()
  const shared = new SharedArrayBuffer(bytes.length)
  new Uint8Array(shared).set(bytes)
  const padded = new Uint8Array(bytes.length + 3)
  padded.set(bytes, 3)
  const kinds = {
    ArrayBuffer: bytes.buffer,
    Buffer: Buffer.from(bytes),
    DataView: new DataView(padded.buffer, 3),
    Uint8ClampedArray: new Uint8ClampedArray(bytes),
    SharedArrayBuffer: shared,
    'view of shared memory': new Uint8Array(shared),
    'another realm’s': (await import('node:vm')).runInNewContext('Uint8Array.from(bytes).buffer', { bytes }),
  }
  for (const [kind, file] of Object.entries(kinds)) {
    expect(await (await loadAutoencoder(engine, file)).readParameters(), kind).toEqual(expected)
  }
  for (const wrong of ['text', null, new Blob([bytes]), [...bytes]]) {
    await expect(loadAutoencoder(engine, wrong as never)).rejects.toMatchObject({
      code: 'InputError',
      message: expect.stringMatching(/^loadAutoencoder takes the bytes of a file as a Uint8Array or ArrayBuffer, got /),
    })
  }
  engine.destroy()
})

test('a runtime without MessageChannel does the same', async () => {
  vi.stubGlobal('MessageChannel', undefined)
  try {
    const engine = await createEngine({ backend: 'cpu' })
    const image = {
      data: Uint8Array.from({ length: 4 * 900 }, (_, i) => (i % 4 === 3 ? 255 : i * i)),
      width: 30,
      height: 30,
    }
    const quantized = await lloyd.quantize(engine, image, { colors: 4 })
    expect((await encodePng(quantized)).length).toBeGreaterThan(100)
    expect((await lloyd.encodeGif([{ ...quantized }, { ...quantized }])).length).toBeGreaterThan(100)
    engine.destroy()
  } finally {
    vi.unstubAllGlobals()
  }
})

test('an ONNX file says what made it and of what network it is', async () => {
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'))
  expect(VERSION).toBe(version)
  const engine = await createEngine({ backend: 'cpu' })
  const network = await createAutoencoder(engine, { inputs: 3, encoder: [dense(2)] })
  await network.fit(
    [
      [1, 2, 3],
      [3, 2, 1],
      [0, 0, 1],
    ],
    { epochs: 1 },
  )
  network.metadata.author = 'an author'
  const model = readFields(await exportOnnx(network, 'encoder'))
  const text = (bytes: unknown) => new TextDecoder().decode(bytes as Uint8Array)
  expect(model.get(2)?.map(text)).toEqual(['lloyd'])
  expect(model.get(3)?.map(text)).toEqual([version])
  const properties = model.get(14)?.map((entry) => {
    const fields = readFields(entry as Uint8Array)
    return [text(fields.get(1)?.[0]), text(fields.get(2)?.[0])]
  })
  const { architecture, training } = network
  expect(Object.fromEntries(properties ?? [])).toEqual({
    'lloyd.part': 'encoder',
    'lloyd.architecture': JSON.stringify(architecture),
    'lloyd.training': JSON.stringify(training),
    author: 'an author',
  })
  engine.destroy()
})
