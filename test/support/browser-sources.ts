import { createEngine, type Quantized, type QuantizeImage, quantize } from 'lloyd'

/** The outcome for one source of a browser. */
export interface SourceAnswer {
  source: string
  /** Whether the result is that of the bytes that a 2D canvas gives for the source. */
  same: boolean
  /** Whether it was copied to the device through a texture, without reading a canvas. */
  byTexture: boolean
}

declare global {
  var quantizeSources: () => Promise<SourceAnswer[]>
}

// Even, as the planes of a frame require; no row is a multiple of 256 bytes.
const [width, height] = [98, 62]

/** Noise, opaque or with all kinds of alpha. */
function noise(alpha: boolean): ImageData {
  let seed = 1
  const next = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) >>> 24
  const data = new Uint8ClampedArray(4 * width * height).map((_, i) => (i % 4 === 3 && !alpha ? 255 : next()))
  return new ImageData(data, width, height)
}

function canvasOf(image: ImageData): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height)
  canvas.getContext('2d')!.putImageData(image, 0, 0)
  return canvas
}

async function imageOf(canvas: OffscreenCanvas): Promise<HTMLImageElement> {
  const image = new Image()
  image.src = URL.createObjectURL(await canvas.convertToBlob())
  await image.decode()
  return image
}

/** A page's canvas whose drawing buffer WebGL owns. */
function webglCanvas(): HTMLCanvasElement | null {
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  const gl = canvas.getContext('webgl', { preserveDrawingBuffer: true, alpha: false })
  if (!gl) return null
  for (let i = 0; i < 50; i++) {
    gl.enable(gl.SCISSOR_TEST)
    gl.scissor((i * 7) % width, (i * 5) % height, 30, 20)
    gl.clearColor((i * 5) / 255, (255 - i * 3) / 255, ((i * 40) % 256) / 255, 1)
    gl.clear(gl.COLOR_BUFFER_BIT)
  }
  return canvas
}

/** Frames in the formats that cameras and decoders give. */
function frames(image: ImageData): Record<string, VideoFrame> {
  if (typeof VideoFrame === 'undefined') return {}
  const init = { codedWidth: width, codedHeight: height, timestamp: 0 }
  const [chroma, luma] = [(width * height) / 4, width * height]
  const planes = Uint8Array.from({ length: luma + 2 * chroma }, (_, i) => image.data[(i * 7) % image.data.length])
  return {
    'VideoFrame RGBX': new VideoFrame(image.data, { ...init, format: 'RGBX' }),
    'VideoFrame BGRX': new VideoFrame(image.data, { ...init, format: 'BGRX' }),
    'VideoFrame I420': new VideoFrame(planes, { ...init, format: 'I420' }),
  }
}

/**
 * The pixels of a source, read through memory. Luma and chroma are converted to RGB on the device in both cases, since
 * a browser's rounding in memory differs.
 */
function bytesOf(source: Exclude<QuantizeImage, GPUTexture | { data: unknown }>): ImageData {
  const onDevice = 'format' in source && source.format === 'I420'
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: !onDevice })!
  context.drawImage(source, 0, 0, width, height)
  return context.getImageData(0, 0, width, height)
}

function equal(a: Quantized, b: Quantized): boolean {
  const same = (x: ArrayLike<number>, y: ArrayLike<number>) => Array.from(x).every((value, i) => value === y[i])
  return a.mse === b.mse && same(a.palette, b.palette) && same(a.indices, b.indices)
}

globalThis.quantizeSources = async () => {
  const engine = await createEngine({ backend: 'webgpu' })
  const calls: string[] = []
  const watch = <T extends object>(prototype: T, name: keyof T & string) => {
    const original = prototype[name] as (...args: unknown[]) => unknown
    prototype[name] = function (this: T, ...args: unknown[]) {
      calls.push(name)
      return original.apply(this, args)
    } as never
  }
  watch(GPUQueue.prototype, 'copyExternalImageToTexture')
  watch(OffscreenCanvasRenderingContext2D.prototype, 'getImageData')
  const [opaque, translucent] = [noise(false), noise(true)]
  const webgl = webglCanvas()
  const sources = {
    OffscreenCanvas: canvasOf(opaque),
    'OffscreenCanvas with alpha': canvasOf(translucent),
    ImageBitmap: await createImageBitmap(opaque),
    'ImageBitmap with alpha': await createImageBitmap(translucent),
    HTMLImageElement: await imageOf(canvasOf(opaque)),
    ...(webgl && { 'HTMLCanvasElement of WebGL': webgl }),
    ...frames(opaque),
  }
  const answers: SourceAnswer[] = []
  try {
    for (const [source, image] of Object.entries(sources)) {
      const options = { colors: 16, maxIterations: 2 }
      const expected = await quantize(engine, bytesOf(image), options)
      calls.length = 0
      const result = await quantize(engine, image, options)
      const byTexture = calls.join() === 'copyExternalImageToTexture'
      answers.push({ source, same: equal(result, expected), byTexture })
    }
    return answers
  } finally {
    engine.destroy()
  }
}
