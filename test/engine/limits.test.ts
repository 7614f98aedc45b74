/** Devices with the limits of feature level `compatibility`: less than what other devices bind and run at once. */
import {
  assign,
  conv2d,
  createAutoencoder,
  createEngine,
  createKMeans,
  createQuantizer,
  dense,
  distances,
  type Engine,
  kmeans,
  multiply,
  type QuantizeOptions,
  quantize,
  tuneKMeans,
  tuneMultiply,
} from 'lloyd'
import { afterAll, expect, test } from 'vitest'
import { executorOf } from '../../src/engine/engine.js'
import { nodeProvider } from '../../src/engine/node/node-gpu.js'
import { blobs, fillMatrix, seededRandom } from '../support/datasets.js'

const adapter = await nodeProvider.requestAdapter({ featureLevel: 'compatibility' })
const device = await (adapter as GPUAdapter).requestDevice()
const engine = await createEngine({ device })
const cpu = await createEngine({ backend: 'cpu' })
const random = seededRandom(3)
const points = blobs(
  random,
  2000,
  fillMatrix(6, 20, () => 40 * random()),
  1,
)
const narrow = { data: points.data.slice(0, 6000), rows: 2000, columns: 3 }
const image = { data: Uint8Array.from({ length: 4 * 64 * 48 }, () => 256 * random()), width: 64, height: 48 }

afterAll(() => {
  engine.destroy()
  cpu.destroy()
  device.destroy()
})

test('the device has them', () => {
  expect(device.limits).toMatchObject({ maxUniformBufferBindingSize: 16_384, maxComputeInvocationsPerWorkgroup: 128 })
})

test('images have the same bytes', async () => {
  const ways: QuantizeOptions[] = [
    { colors: 300, init: 'k-means++' },
    { colors: 12, dither: 'floyd-steinberg' },
  ]
  for (const options of ways) {
    const { palette, indices, mse } = await quantize(engine, image, options)
    const expected = await quantize(cpu, image, options)
    expect({ palette, indices, mse }).toEqual({
      palette: expected.palette,
      indices: expected.indices,
      mse: expected.mse,
    })
  }
  const frames = async (on: Engine) => {
    const quantizer = await createQuantizer(on, { width: 64, height: 48, colors: 9 })
    return [(await quantizer.quantize(image)).indices, (await quantizer.quantize(image)).indices]
  }
  expect(await frames(engine)).toEqual(await frames(cpu))
})

test('points have the same clusters', async () => {
  for (const matrix of [points, narrow]) {
    for (const init of ['k-means++', 'k-means||'] as const) {
      const cluster = (on: Engine) => kmeans(on, matrix, { k: 6, init, seed: 5, maxIterations: 3 })
      const [{ labels, inertia }, expected] = [await cluster(engine), await cluster(cpu)]
      expect(labels, init).toEqual(expected.labels)
      expect(inertia / expected.inertia).toBeCloseTo(1, 5)
    }
  }
  await tuneKMeans(engine, { columns: 20, k: 200 })
  const many = { k: 200, init: 'random', maxIterations: 2 } as const
  const found = await kmeans(engine, points, many)
  expect(found.inertia / (await kmeans(cpu, points, many)).inertia).toBeCloseTo(1, 4)
  const batches = { k: 6, batchSize: 256, maxIterations: 5 }
  expect((await kmeans(engine, points, batches)).labels).toEqual((await kmeans(cpu, points, batches)).labels)
  const centroids = { ...points, data: points.data.slice(0, 60), rows: 3 }
  expect(await assign(engine, points, centroids)).toEqual(await assign(cpu, points, centroids))
  expect((await distances(engine, points, centroids)).data[1]).toBeGreaterThan(0)
  const job = await createKMeans(engine, { rows: 2000, columns: 20, k: 6, iterations: 2 })
  job.prepare({ points })
  job.run()
  expect(await job.readState()).toMatchObject({ iterations: 2 })
})

test('networks learn', async () => {
  await tuneMultiply(engine, { rows: 64, depth: 20, columns: 32 })
  const product = { a: points, b: fillMatrix(20, 33, () => random()) }
  const [{ data }, expected] = [await multiply(engine, product.a, product.b), await multiply(cpu, product.a, product.b)]
  expect(data[77] / expected.data[77]).toBeCloseTo(1, 4)
  const pictures = { data: points.data.slice(0, 2000 * 16), rows: 2000, columns: 16 }
  const folded = await createAutoencoder(engine, {
    inputs: [4, 4, 1],
    encoder: [conv2d(3, { size: 3, activation: 'relu' }), dense(4)],
    variational: { beta: 0.01 },
    standardize: true,
  })
  expect((await folded.fit(pictures, { epochs: 2 })).loss[1]).toBeGreaterThan(0)
})

test('what a device cannot bind is refused with the limit', async () => {
  const few = new Proxy(device, {
    get(target, name) {
      if (name === 'limits') {
        return new Proxy(target.limits, {
          get: (limits, limit) =>
            limit === 'maxStorageBuffersPerShaderStage' ? 4 : Reflect.get(limits, limit, limits),
        })
      }
      const value = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  const limited = await createEngine({ device: few })
  const refusal = { code: 'AdapterError', message: expect.stringMatching(/maxStorageBuffersPerShaderStage is 4/) }
  await expect(kmeans(limited, points, { k: 2 })).rejects.toMatchObject(refusal)
  await expect(quantize(limited, image, { colors: 2 })).rejects.toMatchObject(refusal)
  expect(executorOf(limited).allocatedBytes).toBe(0)
  limited.destroy()
})
