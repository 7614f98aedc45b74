import { BufferScope, type Executor } from '../../engine/engine.js'
import { copyFromTexture, requireReadableTexture, rowBytes } from '../../engine/webgpu/texture.js'
import { importPixels, TRANSLUCENT, TRANSPARENT } from '../../kernels/color/image/import-pixels.js'
import { chunkLength, type PixelStore, type Pixels } from './pixels.js'

const FORMATS = ['rgba8unorm', 'bgra8unorm', 'rgba8unorm-srgb', 'bgra8unorm-srgb']

/**
 * The stored bytes of an 8-bit texture as pixels, without a copy in memory; an -srgb format's are already sRGB. If the
 * store has room, the texture is read once, at the call, in the order of the queue; otherwise again for every pass.
 */
export async function texturePixels(executor: Executor, store: PixelStore, texture: GPUTexture): Promise<Pixels> {
  requireReadableTexture(executor.device, texture, FORMATS)
  const { width, height, format } = texture
  const { scope } = store
  const resident = store.reserve({ width, height })
  const bytesPerRow = rowBytes(4 * width)
  const chunkRows = Math.min(chunkLength({ width, height }, resident) / width, height)
  const copies = new BufferScope(executor)
  try {
    const copy = (firstRow: number) => {
      const to = copies.allocate('quantize.texture', bytesPerRow * chunkRows)
      const rowCount = Math.min(chunkRows, height - firstRow)
      copyFromTexture(executor, { texture, firstRow, rowCount, bytesPerRow }, to)
      return to
    }
    const firstRows = Array.from({ length: Math.ceil(height / chunkRows) }, (_, index) => index * chunkRows)
    const copied = resident ? firstRows.map(copy) : null
    const bring = await executor.compile(importPixels, { flags: { BGRA: format.startsWith('bgra') } })
    const kindsBuffer = scope.allocate('quantize.alphaKinds', 4)
    const chunks = store.cut({ width, height }, resident, (first, count, into) => {
      const pixels = into ?? scope.allocate('quantize.pixels', 4 * count)
      const rows = copied ? copied[first / width / chunkRows] : copy(first / width)
      executor.run(bring, { width, pixelCount: count, rowWords: bytesPerRow / 4 }, { rows, pixels, kinds: kindsBuffer })
      copies.releaseOne(rows)
      return pixels
    })
    for (const chunk of chunks) chunk.buffer()
    const [kinds] = new Uint32Array(await executor.read(kindsBuffer))
    return {
      width,
      height,
      alpha: (kinds & TRANSLUCENT) !== 0,
      transparent: (kinds & TRANSPARENT) !== 0,
      chunks,
    }
  } finally {
    copies.release()
  }
}
