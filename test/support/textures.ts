/** Textures for tests, by value of their usages: Node has no such globals. */
import type { OracleImage } from '../oracle/quantize'

export const [COPY_SRC, COPY_DST, TEXTURE_BINDING] = [0x1, 0x2, 0x4]

/** A texture with the bytes of an image. */
export function textureOf(
  device: GPUDevice,
  { data, width, height }: OracleImage,
  format: GPUTextureFormat = 'rgba8unorm',
  usage = COPY_SRC | COPY_DST,
): GPUTexture {
  const texture = device.createTexture({ format, size: [width, height], usage })
  const bytes = format.startsWith('bgra') ? swapChannels(data) : Uint8Array.from(data)
  device.queue.writeTexture({ texture }, bytes, { bytesPerRow: 4 * width }, [width, height])
  return texture
}

/** RGBA to BGRA and back. */
export function swapChannels(data: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(data, (_, i) => data[i % 4 === 0 ? i + 2 : i % 4 === 2 ? i - 2 : i])
}

/** The bytes of a texture, without gaps. */
export async function readTexture(device: GPUDevice, texture: GPUTexture, pixelBytes: number): Promise<Uint8Array> {
  const { width, height } = texture
  const rowBytes = pixelBytes * width
  const bytesPerRow = Math.ceil(rowBytes / 256) * 256
  const buffer = device.createBuffer({ size: bytesPerRow * height, usage: 0x1 | 0x8 }) // MAP_READ, COPY_DST
  const encoder = device.createCommandEncoder()
  encoder.copyTextureToBuffer({ texture }, { buffer, bytesPerRow }, [width, height])
  device.queue.submit([encoder.finish()])
  await buffer.mapAsync(1)
  const rows = new Uint8Array(buffer.getMappedRange())
  const data = new Uint8Array(rowBytes * height)
  for (let y = 0; y < height; y++) data.set(rows.subarray(y * bytesPerRow, y * bytesPerRow + rowBytes), rowBytes * y)
  buffer.destroy()
  return data
}
