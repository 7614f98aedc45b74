// A program with every kind of type of lloyd's entry. Checked by test/runtimes/package.test.ts and by
// test/runtimes/consumers/run.js under every TypeScript, library of the host and module resolution.
import {
  createAutoencoder,
  createEngine,
  createKMeans,
  dense,
  type Engine,
  elbow,
  encodeGif,
  encodePng,
  type KMeansJob,
  kmeans,
  LloydError,
  type Points,
  type QuantizeImage,
  type QuantizeOptions,
  quantize,
} from 'lloyd'

/** True for `any`, which would take everything. */
type IsAny<T> = 0 extends 1 & T ? true : false
const none: false[] = [
  null as unknown as IsAny<QuantizeImage>,
  null as unknown as IsAny<Points>,
  null as unknown as IsAny<Engine['device']>,
  null as unknown as IsAny<NonNullable<KMeansJob['labels']>>,
  null as unknown as IsAny<Parameters<KMeansJob['record']>[0]>,
  null as unknown as IsAny<Parameters<KMeansJob['encode']>[0]>,
]

export async function use(signal: QuantizeOptions['signal']): Promise<number> {
  const engine = await createEngine({ backend: 'cpu', powerPreference: 'low-power' })
  const data = new Uint8ClampedArray(16)
  const quantized = await quantize(engine, { data, width: 2, height: 2 }, { colors: 4, signal })
  const png: Uint8Array = await encodePng(quantized)
  const gif: Uint8Array = await encodeGif([quantized], { delay: 100 })
  const { labels, inertia } = await kmeans(engine, [[0], [1], [9]], { k: 2, seed: 1 })
  const { knee } = await elbow(engine, { data: new Float64Array(6), rows: 3, columns: 2 }, { from: 1, to: 2 })
  const job = await createKMeans(engine, { rows: 3, columns: 1, k: 2 })
  job.prepare({ points: { data: new Float32Array(3), rows: 3, columns: 1 } })
  const network = await createAutoencoder(engine, { inputs: 4, encoder: [dense(2, 'relu')] })
  network.destroy()
  job.destroy()
  if (engine.device) engine.device.destroy()

  // @ts-expect-error: a string is no image
  quantize(engine, 'photo.png', { colors: 4 })
  // @ts-expect-error: neither is a number
  quantize(engine, 7, { colors: 4 })
  // @ts-expect-error: nor what lacks its size
  quantize(engine, { data }, { colors: 4 })
  // @ts-expect-error: nor samples of floats
  quantize(engine, { data: new Float32Array(16), width: 2, height: 2 }, { colors: 4 })
  // @ts-expect-error: nor nothing
  quantize(engine, null, { colors: 4 })
  // @ts-expect-error: a device is no object of any kind
  createEngine({ device: {} })
  // @ts-expect-error: a pass is no encoder
  job.record({ dispatchWorkgroups() {}, end() {} })
  // @ts-expect-error: an encoder is no pass
  job.encode({ beginComputePass: () => ({}), finish: () => ({}) })
  // @ts-expect-error: points are no string
  kmeans(engine, 'points', { k: 2 })
  // @ts-expect-error: labels go into a buffer
  job.prepare({ points: { data: new Float32Array(3), rows: 3, columns: 1 }, labels: new Uint32Array(3) })
  // @ts-expect-error: a device is no string
  const device: string = engine.device
  engine.destroy()
  const failed: Error = new LloydError('InputError', device)
  return png.length + gif.length + labels.length + inertia + (knee ?? 0) + none.length + failed.message.length
}
