import type { Executor } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import { type CanvasSource, canvasPixels } from './canvas-pixels.js'
import { memoryPixels, type PixelStore, type Pixels } from './pixels.js'
import { texturePixels } from './texture-pixels.js'

/**
 * An image of RGBA samples, not premultiplied, row by row: an `ImageData`, or `{ data, width, height }`. 16-bit
 * samples, 0 … 65 535, are rounded to bytes, which palettes consist of.
 */
export interface PixelData {
  data: Uint8ClampedArray | Uint8Array | Uint16Array
  width: number
  height: number
}

export type QuantizeImage = PixelData | CanvasSource | GPUTexture

/** Maximum number of pixels, which are counted exactly. */
export const MAX_PIXELS = 2 ** 31 - 1

/**
 * Uploads any accepted image to the engine; throws an `InputError` for anything else. A texture, canvas, frame or
 * page's image is read at the call, not later, if the store has room.
 */
export async function toPixels(executor: Executor, store: PixelStore, image: QuantizeImage): Promise<Pixels> {
  if (typeof image !== 'object' || image === null) {
    throw new LloydError('InputError', `image must be { data, width, height } or a browser image, got ${String(image)}`)
  }
  if ('data' in image) return memoryPixels(executor, store, requireSamples(image), requireSize(image))
  if ('createView' in image) return await texturePixels(executor, store, image)
  if (typeof OffscreenCanvas !== 'undefined' && ('width' in image || 'displayWidth' in image)) {
    return await canvasPixels(executor, store, image)
  }
  throw new LloydError(
    'InputError',
    'image must be { data, width, height } with RGBA bytes, a GPUTexture, or in a browser an ImageBitmap, VideoFrame, image or canvas',
  )
}

function requireSize({ width, height }: PixelData): { width: number; height: number } {
  for (const [name, value] of Object.entries({ width, height })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new LloydError('InputError', `image.${name} must be a positive integer, got ${String(value)}`)
    }
  }
  if (width * height > MAX_PIXELS) {
    throw new LloydError(
      'InputError',
      `the image has ${width * height} pixels; at most ${MAX_PIXELS} are counted exactly; make it smaller or quantize parts`,
    )
  }
  return { width, height }
}

function requireSamples(image: PixelData): PixelData['data'] {
  const { data } = image
  const { width, height } = requireSize(image)
  if (!(data instanceof Uint8ClampedArray || data instanceof Uint8Array || data instanceof Uint16Array)) {
    throw new LloydError(
      'InputError',
      'image.data must be a Uint8ClampedArray, Uint8Array or Uint16Array of RGBA samples',
    )
  }
  if (data.length !== 4 * width * height) {
    throw new LloydError(
      'InputError',
      `image.data has ${data.length} samples; ${width} × ${height} RGBA pixels are ${4 * width * height}`,
    )
  }
  return data
}
