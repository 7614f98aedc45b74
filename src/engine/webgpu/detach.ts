import type { Executor } from '../engine.js'
import type { EngineBuffer } from '../kernel.js'
import type { WebGpuBuffer } from './device-memory.js'
import type { Dispatches } from './dispatches.js'

/** Hands a buffer over to the caller, who destroys it; a larger one is copied into a new one of exactly its size. */
export function detach(executor: Executor, buffer: EngineBuffer): GPUBuffer {
  const { memory, commands } = executor.dispatches as Dispatches
  const own = buffer as WebGpuBuffer
  const { gpu, size } = own
  own.released = true
  memory.allocatedBytes -= size
  const exact = gpu.size === size
  const detached = memory.letGo(exact ? gpu : memory.create(size, gpu.usage))
  if (!exact) commands.encoder().copyBufferToBuffer(gpu, 0, detached, 0, size)
  commands.submit()
  if (!exact) memory.destroy(gpu)
  return detached
}
