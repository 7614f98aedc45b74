import type { Executor } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import { TEXTURE_COPY_DST, TEXTURE_COPY_SRC, TEXTURE_RENDER_ATTACHMENT } from '../../engine/usage.js'
import { memoryPixels, type PixelStore, type Pixels } from './pixels.js'
import { texturePixels } from './texture-pixels.js'

/** An image that a canvas can draw. */
export type CanvasSource = ImageBitmap | VideoFrame | HTMLImageElement | HTMLCanvasElement | OffscreenCanvas

/**
 * The pixels of a browser's image at the call, in sRGB. It is drawn to a canvas, and from there copied to a texture on
 * the device: opaque colours have the same bytes either way (for a frame in luma and chroma: those of the browser's
 * conversion to RGB, which may round differently on another GPU). An image with alpha, or beyond the limits of a
 * texture or the store, is read through memory: a canvas keeps premultiplied bytes, whose division should not depend on
 * the GPU.
 */
export async function canvasPixels(executor: Executor, store: PixelStore, source: CanvasSource): Promise<Pixels> {
  const size = sourceSize(source)
  const context = draw(source, size, executor.device === null)
  if (store.hasRoom(size) && fitsTexture(executor, size)) {
    const pixels = await copiedPixels(executor, store, context.canvas)
    if (pixels && !pixels.alpha) return pixels
    return readPixels(executor, store, draw(context.canvas, size, true), size)
  }
  return readPixels(executor, store, context, size)
}

function sourceSize(source: CanvasSource): { width: number; height: number } {
  const [width, height] =
    'displayWidth' in source
      ? [source.displayWidth, source.displayHeight]
      : 'naturalWidth' in source
        ? [source.naturalWidth, source.naturalHeight]
        : [source.width, source.height]
  if (!(width > 0 && height > 0)) {
    throw new LloydError('InputError', `the image is ${width} × ${height}; wait until it is loaded (image.decode())`)
  }
  return { width, height }
}

function draw(
  source: CanvasSource,
  { width, height }: { width: number; height: number },
  willReadFrequently: boolean,
): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently, colorSpace: 'srgb' })
  if (!context) {
    throw new LloydError(
      'OutOfMemoryError',
      `no canvas of ${width} × ${height} pixels here; pass { data, width, height }`,
    )
  }
  try {
    context.drawImage(source, 0, 0, width, height)
    return context
  } catch (cause) {
    throw new LloydError('InputError', `the image cannot be read: ${(cause as Error).message}`, { cause })
  }
}

function readPixels(
  executor: Executor,
  store: PixelStore,
  context: OffscreenCanvasRenderingContext2D,
  size: { width: number; height: number },
): Pixels {
  try {
    const { data } = context.getImageData(0, 0, size.width, size.height)
    return memoryPixels(executor, store, data, size)
  } catch (cause) {
    if (cause instanceof LloydError) throw cause
    throw new LloydError('InputError', `the image cannot be read: ${(cause as Error).message}`, { cause }) // the image of another origin
  }
}

function fitsTexture({ device }: Executor, { width, height }: { width: number; height: number }): boolean {
  if (typeof device?.queue.copyExternalImageToTexture !== 'function') return false
  return Math.max(width, height) <= device.limits.maxTextureDimension2D
}

/** Reads pixels through a texture; null if this browser cannot copy a canvas to one. */
async function copiedPixels(executor: Executor, store: PixelStore, canvas: OffscreenCanvas): Promise<Pixels | null> {
  const device = executor.device as GPUDevice
  const { width, height } = canvas
  device.pushErrorScope('validation')
  device.pushErrorScope('out-of-memory')
  const texture = device.createTexture({
    label: 'lloyd.canvas',
    format: 'rgba8unorm',
    size: [width, height],
    usage: TEXTURE_COPY_SRC | TEXTURE_COPY_DST | TEXTURE_RENDER_ATTACHMENT,
  })
  let refused = false
  try {
    // In the canvas's premultiplied form, in which opaque colours are unchanged.
    const to = { texture, colorSpace: 'srgb', premultipliedAlpha: true } as const
    device.queue.copyExternalImageToTexture({ source: canvas }, to, [width, height])
  } catch {
    refused = true
  }
  // The next read reports a lost device.
  const errors = [device.popErrorScope(), device.popErrorScope()].map((popped) => popped.catch(() => null))
  try {
    const pixels = refused ? null : texturePixels(executor, store, texture)
    pixels?.catch(() => {}) // awaited below
    if ((await Promise.all(errors)).some((error) => error !== null)) return null
    return await pixels
  } finally {
    texture.destroy()
  }
}
