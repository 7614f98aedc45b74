import type { Engine } from 'lloyd'
import { createEngine } from 'lloyd'
import { requestSwiftShader } from '../../src/engine/node/node-gpu.js'

export interface TestEngine {
  name: string
  engine: Engine
}

/**
 * The CPU executor, the adapter that a user would get, and SwiftShader where that is another one. WebGPU that cannot be
 * had is a failure: `createEngine` rejects.
 */
export async function testEngines(): Promise<TestEngine[]> {
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

/** Does `work` while no buffer may be larger than `bytes` (at least 65 536), so that points lie in several chunks. */
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

/** Does `work` with what lloyd has for hardware: other tiles, and sums by atomics. */
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
