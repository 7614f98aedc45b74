import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { createAutoencoder, createEngine, createKMeans, dense, LloydError, quantize } from 'lloyd'
import { describe, expect, it } from 'vitest'
import { executorOf } from '../../src/engine/engine.js'
import { nodeProvider, requestSwiftShader } from '../../src/engine/node/node-gpu.js'
import { describeAdapter, setHostProvider } from '../../src/engine/webgpu/device.js'
import { watchResources } from '../support/live-resources.js'

const noise = { data: new Uint8Array(randomBytes(4 * 200 * 200)), width: 200, height: 200 }

describe('createEngine', () => {
  it('takes WebGPU and describes the adapter', async () => {
    const engine = await createEngine({ backend: 'webgpu' })
    expect(engine.backend).toBe('webgpu')
    expect(engine.device).not.toBeNull()
    expect(engine.adapter.description + engine.adapter.vendor).not.toBe('')
    engine.destroy()
    expect(await engine.lost).toMatchObject({ code: 'DeviceLostError' })
  })

  it('takes WebGPU by itself, but not a software adapter that is slower than the CPU executor', async () => {
    const own = await createEngine({ backend: 'webgpu' })
    const slow = /swiftshader/i.test(own.adapter.description)
    const chosen = await createEngine()
    expect(chosen.backend).toBe(slow ? 'cpu' : 'webgpu')
    setHostProvider({ ...nodeProvider, requestAdapter: requestSwiftShader })
    try {
      const auto = await createEngine()
      expect(auto).toMatchObject({ backend: 'cpu', device: null })
      expect(auto.adapter).toMatchObject({
        software: true,
        description: expect.stringMatching(/CPU executor \(faster than SwiftShader/),
        passedOver: expect.stringContaining('SwiftShader'),
      })
      const forced = await createEngine({ backend: 'webgpu' })
      expect(forced.backend).toBe('webgpu')
      expect(forced.adapter.description).toMatch(/swiftshader/i)
      expect(forced.adapter.passedOver).toBeUndefined()
      for (const engine of [own, chosen, auto, forced]) engine.destroy()
    } finally {
      setHostProvider(nodeProvider)
    }
  })

  it('gives the CPU executor on request', async () => {
    const engine = await createEngine({ backend: 'cpu' })
    expect(engine).toMatchObject({ backend: 'cpu', device: null, adapter: { software: true } })
    engine.destroy()
  })

  it('refuses what it does not know', async () => {
    await expect(createEngine({ backend: 'gpu' as 'webgpu' })).rejects.toMatchObject({ code: 'InputError' })
    await expect(createEngine({ backEnd: 'cpu' } as object)).rejects.toThrow("no option 'backEnd'")
    await expect(createEngine({ twins: ['asign'] })).rejects.toThrow("no kernel 'asign'")
    await expect(quantize({} as never, noise, { colors: 2 })).rejects.toThrow('createEngine()')
  })

  it('works with using-like disposal', async () => {
    const engine = await createEngine({ backend: 'cpu' })
    engine[Symbol.dispose]()
    await expect(quantize(engine, noise, { colors: 2 })).rejects.toMatchObject({ code: 'DeviceLostError' })
  })

  it('never destroys a device it was given', async () => {
    const adapter = await requestSwiftShader()
    const device = await adapter!.requestDevice()
    const engine = await createEngine({ device })
    expect(engine.adapter.software).toBe(true)
    await quantize(engine, noise, { colors: 4, maxIterations: 2 })
    engine.destroy()
    const buffer = device.createBuffer({ size: 16, usage: 0x8 | 0x1 })
    await buffer.mapAsync(1)
    expect(buffer.getMappedRange().byteLength).toBe(16)
    device.destroy()
  })

  it('leaves nothing on a device it was given', async () => {
    const device = await (await requestSwiftShader())!.requestDevice()
    const own = device.createBuffer({ size: 4 * 200 * 2, usage: 0x80 })
    const live = watchResources(device)
    const engine = await createEngine({ device })
    const points = { data: Float32Array.from({ length: 400 }, (_, i) => i % 17), rows: 200, columns: 2 }
    const jobs = [await createKMeans(engine, { rows: 200, columns: 2, k: 3 })]
    jobs.push(await createKMeans(engine, { rows: 200, columns: 2, k: 3 }))
    jobs[0].prepare({ points })
    jobs[1].prepare({ points: own })
    jobs[0].run()
    const network = await createAutoencoder(engine, { inputs: 2, encoder: [dense(2)] })
    await network.fit(points, { epochs: 1 })
    const codes = await network.encode(points, { output: 'gpu' })
    const reading = jobs[0].readLabels().catch(({ code }) => code)
    expect(live().length).toBeGreaterThan(20)
    engine.destroy()
    expect(live()).toHaveLength(1)
    codes.buffer.destroy() // the caller's
    expect(live()).toEqual([])
    expect(executorOf(engine).allocatedBytes).toBe(0)
    expect(await reading).toBe('DeviceLostError')
    for (const job of jobs) job.destroy()
    network.destroy()
    expect(executorOf(engine).allocatedBytes).toBe(0)
    device.destroy()
  })

  it('knows software adapters by name', () => {
    const info = (description: string) => ({ vendor: '', architecture: '', description }) as GPUAdapterInfo
    for (const name of ['llvmpipe: Mesa 25', 'SwiftShader driver', 'Microsoft Basic Render Driver']) {
      expect(describeAdapter(info(name)).software).toBe(true)
    }
    expect(describeAdapter(info('NVIDIA H100')).software).toBe(false)
  })
})

describe('a lost device', () => {
  it('rejects the work in flight with one clear error', async () => {
    const engine = await createEngine({ backend: 'webgpu' })
    const work = quantize(engine, noise, {
      colors: 256,
      maxIterations: 1000,
      onProgress: ({ stage }) => stage === 'cluster' && engine.device!.destroy(),
    })
    await expect(work).rejects.toBeInstanceOf(LloydError)
    await expect(work).rejects.toMatchObject({ code: 'DeviceLostError' })
    await expect(quantize(engine, noise, { colors: 2 })).rejects.toMatchObject({ code: 'DeviceLostError' })
    engine.destroy()
  })
})

describe('a process', () => {
  it('ends by itself once its engine is destroyed', async () => {
    const script = `import { createEngine } from './dist/node.js'
      const engine = await createEngine({ backend: 'webgpu' })
      engine.destroy()`
    await run(script)
  })

  // Without rests Dawn's package would take a core from a software adapter.
  it('rests while it waits for a device, also where a program has made a navigator.gpu', async () => {
    const script = `import { createEngine, multiply } from './dist/node.js'
      const engine = await createEngine({ backend: 'webgpu' })
      if (process.argv[1] === 'navigator') Object.defineProperty(globalThis, 'navigator', { value: { gpu: {} } })
      let rests = 0
      const { wait } = Atomics
      Atomics.wait = (...args) => {
        rests++
        return wait(...args)
      }
      await multiply(engine, [[1, 2]], [[3], [4]])
      console.log(rests > 0)
      process.exit()`
    expect(await run(script)).toBe('true\n')
    expect(await run(script, 'navigator')).toBe('true\n')
  })
})

async function run(script: string, ...args: string[]): Promise<string> {
  const node = ['--input-type=module', '-e', script, ...args]
  return (await promisify(execFile)(process.execPath, node)).stdout
}
