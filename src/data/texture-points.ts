import type { BufferScope, Executor } from '../engine/engine.js'
import { LloydError } from '../engine/error.js'
import type { EngineBuffer, Parameters } from '../engine/kernel.js'
import { requireReadableTexture, rowBytes, type TextureRows } from '../engine/webgpu/texture.js'
import type { importTexels } from '../kernels/points/import-texels.js'

/** Number of channels of a texel, and bytes of a channel. */
const formats: Record<string, readonly [channels: number, channelBytes: number]> = {
  r8unorm: [1, 1],
  rg8unorm: [2, 1],
  rgba8unorm: [4, 1],
  'rgba8unorm-srgb': [4, 1],
  bgra8unorm: [4, 1],
  'bgra8unorm-srgb': [4, 1],
  r16float: [1, 2],
  rg16float: [2, 2],
  rgba16float: [4, 2],
  r32float: [1, 4],
  rg32float: [2, 4],
  rgba32float: [4, 4],
}

/**
 * A texture as points: the buffer that its rows are copied to, and the parameters by which import-texels converts them.
 */
export interface TexturePoints {
  rows: TextureRows
  copy: EngineBuffer
  parameters: Parameters<(typeof importTexels)['parameters']>
}

/** Checks that a texture has `rows` texels of at least `columns` channels, and allocates a buffer for a copy of it. */
export function bindTexture(
  executor: Executor,
  scope: BufferScope,
  texture: GPUTexture,
  rows: number,
  columns: number,
): TexturePoints {
  requireReadableTexture(executor.device, texture, Object.keys(formats))
  const { width, height, format } = texture
  const refuse = (message: string) => new LloydError('InputError', `points: ${message}`)
  const [channels, channelBytes] = formats[format]
  if (width * height !== rows || channels < columns) {
    throw refuse(`${width} × ${height} texels of ${channels} channels; the job is for ${rows} × ${columns}`)
  }
  const bytesPerRow = rowBytes(channels * channelBytes * width)
  if (bytesPerRow * height > executor.maxBufferBytes) {
    throw refuse(
      `the texture's ${bytesPerRow * height} bytes exceed the ${executor.maxBufferBytes} that this device binds`,
    )
  }
  return {
    rows: { texture, firstRow: 0, rowCount: height, bytesPerRow },
    copy: scope.allocate('kmeans.texture', bytesPerRow * height),
    parameters: {
      width,
      count: rows * columns,
      columns,
      rowBytes: bytesPerRow,
      channels,
      channelBytes,
      bgra: format.startsWith('bgra') ? 1 : 0,
    },
  }
}
