import type { Engine } from 'lloyd'
import { createEngine } from 'lloyd'
import { requestSwiftShader } from '../../src/engine/node/node-gpu.js'

export interface TestEngine {
  name: string
  engine: Engine
}

let engines: Promise<TestEngine[]> | undefined

/**
 * The CPU executor, the adapter that a user would get, and SwiftShader if that is another one. Without WebGPU,
 * `createEngine` rejects, which is a failure. All test files of a process share the engines, since compiling pipelines
 * takes longer than most tests: they are never destroyed.
 */
export async function testEngines(): Promise<TestEngine[]> {
  engines ??= startEngines()
  return [...(await engines)]
}

/** Like `testEngines`, but new engines, for a file that tests their state, such as tuning. Destroys them at the end. */
export async function startEngines(): Promise<TestEngine[]> {
  const own = await createEngine({ backend: 'webgpu' })
  const engines = [
    { name: 'cpu', engine: await createEngine({ backend: 'cpu' }) },
    { name: own.adapter.description || own.adapter.vendor, engine: own },
  ]
  if (process.platform === 'linux' && process.arch === 'x64' && !/swiftshader/i.test(own.adapter.description)) {
    const adapter = await requestSwiftShader()
    const device = await adapter!.requestDevice()
    engines.push({ name: 'SwiftShader', engine: await createEngine({ device }) })
  }
  return engines
}

/**
 * The engines for one of many cases: the CPU executor for all, and the others for one in three, chosen by its name.
 * Each kernel is compared with its twin in test/kernels. With LLOYD_VERIFY, all engines run every case.
 */
export function enginesFor(what: string, engines: readonly TestEngine[]): readonly TestEngine[] {
  const hash = [...what].reduce((sum, letter) => (31 * sum + letter.charCodeAt(0)) >>> 0, 0)
  return process.env.LLOYD_VERIFY || hash % 3 === 0 ? engines : engines.slice(0, 1)
}

/**
 * Does `work` with a maximum buffer size of `bytes` (at least 65 536), so that points are divided into several chunks.
 */
export async function withSmallBuffers<T>(engine: Engine, bytes: number, work: () => Promise<T>): Promise<T> {
  const executor = engine as Engine & { maxBufferBytes: number }
  const { maxBufferBytes } = executor
  executor.maxBufferBytes = bytes
  try {
    return await work()
  } finally {
    executor.maxBufferBytes = maxBufferBytes
  }
}

/** Does `work` with the settings for hardware: other tiles, and sums by atomics. */
export async function likeHardware<T>({ adapter }: Engine, work: () => Promise<T>): Promise<T> {
  const described = adapter as { software: boolean }
  const { software } = described
  described.software = false
  try {
    return await work()
  } finally {
    described.software = software
  }
}
