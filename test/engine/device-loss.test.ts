/** A device that goes away at any moment is one DeviceLostError of whoever waits, and nothing else. */
import {
  createAutoencoder,
  createEngine,
  createKMeans,
  createQuantizer,
  dense,
  type Engine,
  kmeans,
  multiply,
  quantize,
} from 'lloyd'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { executorOf } from '../../src/engine/engine.js'
import { seededRandom } from '../support/datasets.js'
import { watchResources } from '../support/live-resources.js'

const VERIFY = Boolean(process.env.LLOYD_VERIFY)
const random = seededRandom(14)
const floats = (length: number) => Float32Array.from({ length }, () => random())
const points = { data: floats(6000 * 12), rows: 6000, columns: 12 }
const image = { data: Uint8Array.from(floats(4 * 120 * 90), (value) => 256 * value), width: 120, height: 90 }

const works: Record<string, (engine: Engine) => Promise<unknown>> = {
  kmeans: (engine) => repeat(() => kmeans(engine, points, { k: 20, tolerance: 0, restarts: 50 })),
  'k-means||': (engine) => repeat(() => kmeans(engine, points, { k: 90, init: 'k-means||', tolerance: 0 })),
  quantize: (engine) => repeat(() => quantize(engine, image, { colors: 200, maxIterations: 1000, init: 'k-means++' })),
  dither: (engine) => repeat(() => quantize(engine, image, { colors: 16, dither: 'floyd-steinberg' })),
  multiply: (engine) => repeat(() => multiply(engine, points, { data: floats(144), rows: 12, columns: 12 })),
  read: async (engine) => {
    const executor = executorOf(engine)
    const buffer = executor.upload('words', new Uint32Array(70_000))
    return await repeat(() => Promise.all([0, 4, 8].map((at) => executor.read(buffer, at, 65_000))))
  },
  'autoencoder.fit': async (engine) => {
    const network = await createAutoencoder(engine, { inputs: 12, encoder: [dense(8, 'relu'), dense(2)] })
    return await repeat(() => network.fit(points, { epochs: 1000 }))
  },
  'createKMeans.run': async (engine) => {
    const job = await createKMeans(engine, { rows: 6000, columns: 12, k: 9 })
    job.prepare({ points })
    return await repeat(() => {
      job.run()
      return Promise.all([job.readLabels(), job.readState(), job.readCentroids()])
    })
  },
  'createQuantizer.quantize': async (engine) => {
    const quantizer = await createQuantizer(engine, { width: 120, height: 90, colors: 30 })
    return await repeat(() => Promise.all([1, 2].map(() => quantizer.quantize(image))))
  },
}

/** Never ends by itself, whatever the device does in the time. */
async function repeat(work: () => Promise<unknown>): Promise<never> {
  for (;;) await work()
}

const unhandled: unknown[] = []
const hear = (reason: unknown) => unhandled.push(reason)
beforeAll(() => void process.on('unhandledRejection', hear))
afterAll(() => void process.off('unhandledRejection', hear))

/** Delays from nothing to a while, most of them short: pipelines are compiled first. */
const delaysOf = () => Array.from({ length: VERIFY ? 40 : 2 }, () => 600 * random() ** 3)

test.each(Object.keys(works))('%s, at random times', async (name) => {
  const at = Object.keys(works).indexOf(name)
  for (const [i, delay] of delaysOf().entries()) {
    const engine = await createEngine({ backend: 'webgpu' })
    const live = watchResources(engine.device as GPUDevice)
    const work = works[name](engine)
    const end = () => ((at + i) % 3 === 2 ? engine.destroy() : engine.device?.destroy())
    if (i === 0) end()
    else setTimeout(end, delay)
    const outcome = await work.catch((error) => error)
    const when = `destroyed after ${delay} ms`
    expect(outcome, when).toMatchObject({ name: 'LloydError', code: 'DeviceLostError' })
    expect(await engine.lost).toMatchObject({ code: 'DeviceLostError' })
    await expect(works[name](engine), when).rejects.toMatchObject({ code: 'DeviceLostError' })
    engine.destroy()
    expect(live(), when).toEqual([])
  }
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(unhandled).toEqual([])
})

test('a new engine works after all those', async () => {
  const anew = await createEngine({ backend: 'webgpu' })
  expect([...(await kmeans(anew, [[0], [1], [9]], { k: 2 })).sizes].sort()).toEqual([1, 2])
  anew.destroy()
})

test('an error of the device that comes before its loss is that loss', async () => {
  const engine = await createEngine({ backend: 'webgpu' })
  const device = engine.device as GPUDevice
  // As in a browser whose GPU process crashes: promises reject, and `lost` comes a moment later.
  const crash = () => {
    setTimeout(() => device.destroy(), 50)
    return Promise.reject(new DOMException('the GPU process crashed', 'OperationError'))
  }
  device.queue.onSubmittedWorkDone = crash
  await expect(kmeans(engine, points, { k: 20 })).rejects.toMatchObject({ code: 'DeviceLostError' })
  engine.destroy()
  const second = await createEngine({ backend: 'webgpu' })
  const crashing = second.device as GPUDevice
  const { createShaderModule } = crashing
  crashing.createShaderModule = (descriptor) =>
    Object.assign(createShaderModule.call(crashing, descriptor), { getCompilationInfo: crash })
  crashing.createComputePipelineAsync = () => {
    setTimeout(() => crashing.destroy(), 50)
    return Promise.reject(new DOMException('the GPU process crashed', 'OperationError'))
  }
  await expect(kmeans(second, points, { k: 20 })).rejects.toMatchObject({ code: 'DeviceLostError' })
  second.destroy()
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(unhandled).toEqual([])
})
