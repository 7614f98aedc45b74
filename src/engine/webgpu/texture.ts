import { type Executor, gpuBufferOf } from '../engine.js'
import { LloydError } from '../error.js'
import type { EngineBuffer } from '../kernel.js'
import { TEXTURE_COPY_SRC } from '../usage.js'

/** Whole rows of a 2D texture. In a buffer, each begins at a multiple of `bytesPerRow`, itself a multiple of 256. */
export interface TextureRows {
  /** Name of the texture in messages. */
  name?: string
  texture: GPUTexture
  firstRow: number
  rowCount: number
  bytesPerRow: number
}

/** Bytes from row to row in a buffer that a texture is copied to or from. */
export function rowBytes(bytes: number): number {
  return Math.ceil(bytes / 256) * 256
}

/** Queues the copy of a texture's rows into a buffer of the engine's. */
export function copyRowsToBuffer(encoder: GPUCommandEncoder, rows: TextureRows, to: GPUBuffer): void {
  encoder.copyTextureToBuffer(...copyOf(rows, to))
}

/** Submits the copy of a texture's rows into a buffer; the next wait rejects with an `InputError` where that is refused. */
export function copyFromTexture(executor: Executor, rows: TextureRows, to: EngineBuffer): void {
  const buffer = gpuBufferOf(to) as GPUBuffer
  executor.encode('the texture cannot be read', (encoder) => copyRowsToBuffer(encoder, rows, buffer))
}

/** Submits the copy of a buffer into a texture's rows, likewise. */
export function copyToTexture(executor: Executor, from: EngineBuffer, rows: TextureRows): void {
  const [texture, buffer, size] = copyOf(rows, gpuBufferOf(from) as GPUBuffer)
  const what = rows.name ? `the texture ${rows.name}` : 'the texture'
  executor.encode(`${what} cannot be written`, (encoder) => encoder.copyBufferToTexture(buffer, texture, size))
}

function copyOf({ texture, firstRow, rowCount, bytesPerRow }: TextureRows, buffer: GPUBuffer) {
  const size = { width: texture.width, height: rowCount }
  return [{ texture, origin: { y: firstRow } }, { buffer, bytesPerRow }, size] as const
}

/** Throws an `InputError` for a texture that `copyRowsToBuffer` cannot read, or of none of the formats. */
export function requireReadableTexture(
  device: GPUDevice | null,
  { format, dimension, depthOrArrayLayers, sampleCount, usage }: GPUTexture,
  formats: readonly string[],
): void {
  if (!device) throw new LloydError('InputError', 'a GPUTexture needs the engine that owns its device, not the CPU')
  if (!formats.includes(format)) {
    throw new LloydError('InputError', `the texture is ${format}; it must be ${formats.join(' or ')}`)
  }
  if (dimension !== '2d' || depthOrArrayLayers !== 1 || sampleCount !== 1) {
    throw new LloydError('InputError', 'the texture must be 2D, with one layer and one sample')
  }
  if (!(usage & TEXTURE_COPY_SRC)) throw new LloydError('InputError', 'the texture needs GPUTextureUsage.COPY_SRC')
}
