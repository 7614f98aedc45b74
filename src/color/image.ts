import type { Executor } from '../engine/engine.js'
import { LloydError } from '../engine/error.js'

/** Anything with RGBA bytes, not premultiplied, row by row: an `ImageData`, or `{ data, width, height }`. */
export interface PixelData {
  data: Uint8ClampedArray | Uint8Array
  width: number
  height: number
}

export type QuantizeImage =
  | PixelData
  | ImageBitmap
  | VideoFrame
  | HTMLImageElement
  | HTMLCanvasElement
  | OffscreenCanvas
  | GPUTexture

/** The pixels of an image as little-endian rgba8 words, and which kinds of alpha they have. */
export interface Pixels {
  words: Uint32Array<ArrayBuffer>
  width: number
  height: number
  /** Some pixel is not opaque. */
  alpha: boolean
  /** Some pixel is fully transparent. */
  transparent: boolean
}

const MAX_PIXELS = 2 ** 31 - 1

// GPUBufferUsage by value: Node has no such global.
const MAP_READ = 0x1
const COPY_DST = 0x8

/** Reads any accepted image into memory; an `InputError` for anything else. */
export async function toPixels(executor: Executor, image: QuantizeImage): Promise<Pixels> {
  const source = await toPixelData(executor, image)
  const { data, width, height } = source
  for (const [name, value] of Object.entries({ width, height })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new LloydError('InputError', `image.${name} must be a positive integer, got ${String(value)}`)
    }
  }
  if (width * height > MAX_PIXELS) {
    throw new LloydError(
      'InputError',
      `the image has ${width * height} pixels; at most ${MAX_PIXELS} are counted exactly`,
    )
  }
  if (!(data instanceof Uint8ClampedArray || data instanceof Uint8Array)) {
    throw new LloydError('InputError', 'image.data must be a Uint8ClampedArray or Uint8Array of RGBA bytes')
  }
  if (data.length !== 4 * width * height) {
    throw new LloydError(
      'InputError',
      `image.data has ${data.length} bytes; ${width} × ${height} RGBA pixels are ${4 * width * height}`,
    )
  }
  // Words must be aligned, and a shared buffer cannot be handed to WebGPU: copy in those cases only.
  const usable = data.byteOffset % 4 === 0 && data.buffer instanceof ArrayBuffer
  const bytes = usable ? data : new Uint8Array(data)
  const words = new Uint32Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, width * height)
  return { words, width, height, ...alphaKinds(words) }
}

function alphaKinds(words: Uint32Array): { alpha: boolean; transparent: boolean } {
  let alpha = false
  for (let i = 0; i < words.length; i++) {
    if (words[i] >= 0xff000000) continue
    alpha = true
    if (words[i] < 0x01000000) return { alpha, transparent: true }
  }
  return { alpha, transparent: false }
}

async function toPixelData(executor: Executor, image: QuantizeImage): Promise<PixelData> {
  if (typeof image !== 'object' || image === null) {
    throw new LloydError('InputError', `image must be { data, width, height } or a browser image, got ${String(image)}`)
  }
  if ('data' in image) return image
  if ('createView' in image) return await readTexture(executor, image)
  if (typeof OffscreenCanvas !== 'undefined' && ('width' in image || 'displayWidth' in image)) return drawImage(image)
  throw new LloydError(
    'InputError',
    'image must be { data, width, height } with RGBA bytes, a GPUTexture, or in a browser an ImageBitmap, VideoFrame, image or canvas',
  )
}

/** Through a 2D canvas, as sRGB. Colours of translucent pixels pass through premultiplied bytes there. */
function drawImage(image: Exclude<QuantizeImage, PixelData | GPUTexture>): PixelData {
  const [width, height] =
    'displayWidth' in image
      ? [image.displayWidth, image.displayHeight]
      : 'naturalWidth' in image
        ? [image.naturalWidth, image.naturalHeight]
        : [image.width, image.height]
  if (!(width > 0 && height > 0)) {
    throw new LloydError('InputError', `the image is ${width} × ${height}; wait until it is loaded (image.decode())`)
  }
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true, colorSpace: 'srgb' })
  if (!context) {
    throw new LloydError(
      'OutOfMemoryError',
      `no canvas of ${width} × ${height} pixels here; pass { data, width, height }`,
    )
  }
  try {
    context.drawImage(image, 0, 0, width, height)
    return context.getImageData(0, 0, width, height)
  } catch (cause) {
    throw new LloydError('InputError', `the image cannot be read: ${(cause as Error).message}`, { cause })
  }
}

/** The stored bytes of an 8-bit texture; an -srgb format's are already sRGB. */
async function readTexture(executor: Executor, texture: GPUTexture): Promise<PixelData> {
  const { device } = executor
  const { width, height, format } = texture
  if (!device) throw new LloydError('InputError', 'a GPUTexture needs the engine that owns its device, not the CPU')
  if (!/^(rgba|bgra)8unorm(-srgb)?$/.test(format) || texture.dimension !== '2d' || texture.sampleCount !== 1) {
    throw new LloydError('InputError', `the texture is ${format}; a 2D rgba8unorm or bgra8unorm one is needed`)
  }
  const COPY_SRC = 0x1
  if (!(texture.usage & COPY_SRC)) throw new LloydError('InputError', 'the texture needs GPUTextureUsage.COPY_SRC')
  const bytesPerRow = Math.ceil((4 * width) / 256) * 256
  const size = bytesPerRow * height
  if (size > device.limits.maxBufferSize) {
    throw new LloydError(
      'OutOfMemoryError',
      `the texture needs a buffer of ${size} bytes; this device has at most ${device.limits.maxBufferSize}`,
    )
  }
  device.pushErrorScope('validation')
  device.pushErrorScope('out-of-memory')
  const staging = device.createBuffer({ label: 'lloyd.texture', size, usage: MAP_READ | COPY_DST })
  try {
    const encoder = device.createCommandEncoder({ label: 'lloyd.texture' })
    encoder.copyTextureToBuffer({ texture }, { buffer: staging, bytesPerRow }, { width, height })
    device.queue.submit([encoder.finish()])
    const [memory, validation] = await Promise.all([device.popErrorScope(), device.popErrorScope()])
    if (memory) throw new LloydError('OutOfMemoryError', `the texture cannot be read: ${memory.message}`)
    // Of another device, or destroyed.
    if (validation) throw new LloydError('InputError', `the texture cannot be read: ${validation.message}`)
    const lost = executor.lost.then((error) => Promise.reject(error))
    await Promise.race([staging.mapAsync(1), lost]).catch(async (error) => {
      throw error instanceof LloydError ? error : await executor.lost
    })
    const rows = new Uint8Array(staging.getMappedRange())
    const data = new Uint8Array(4 * width * height)
    for (let y = 0; y < height; y++) {
      data.set(rows.subarray(y * bytesPerRow, y * bytesPerRow + 4 * width), 4 * width * y)
    }
    if (format.startsWith('bgra')) {
      for (let i = 0; i < data.length; i += 4) [data[i], data[i + 2]] = [data[i + 2], data[i]]
    }
    return { data, width, height }
  } finally {
    staging.destroy()
  }
}
