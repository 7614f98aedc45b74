import { BufferScope, type Engine, type Executor, executorOf } from '../engine/engine.js'
import { LloydError } from '../engine/error.js'
import { CREATE_QUANTIZER, FRAME } from '../options/color.js'
import { readOptions } from '../options/table.js'
import { ditherOf, requireDitherable } from './dither/dither.js'
import type { Dither } from './dither/dither-method.js'
import { emptyMemory, type FrameSettings, keepColors, type PaletteMemory, reduceColors } from './frame.js'
import { MemorySink } from './image/entry-sink.js'
import { type QuantizeImage, toPixels } from './image/image.js'
import { PixelStore, type Pixels } from './image/pixels.js'
import { checkTextures, type QuantizeTextures, TextureSink } from './image/texture-sink.js'
import { Reporter } from './reporter.js'
import { type ColorSpace, colorSpace } from './table/color-space.js'
import { createColorTable } from './table/color-table.js'

export interface QuantizerOptions {
  /** Of every frame, in pixels. */
  width: number
  height: number
  /** Entries of the palette, 1 … 65 536. */
  colors: number
  /** As in `quantize`. */
  space?: ColorSpace['name']
  /** As in `quantize`. Error diffusion trembles where a frame differs from the last a little; the patterns stand still. */
  dither?: Dither
  /** As in `quantize`. */
  ditherStrength?: number
  /** Most iterations of Lloyd for a palette made anew, 0 … 1 000 000; default 20. */
  maxIterations?: number
  /**
   * Most iterations for a frame that goes on from the last one's palette, 0 … 1 000 000; default 4: in a moving photograph
   * of 640 × 360 with noise, 256 colours, such a frame has 1.001 times the error of `quantize` with its 20 and takes 0.33 of
   * its time (llvmpipe; 0.31 on the CPU executor); with 2, 1.007 times and 0.20.
   */
  frameIterations?: number
}

export interface FrameOptions {
  /** Textures to leave the frame in; then no `indices` come back. */
  into?: QuantizeTextures
  /** Aborts the work on this frame; the palette stays as it was. */
  signal?: AbortSignal
}

/** A frame as indices into the palette of its sequence. Plain data. */
export interface QuantizedFrame {
  /** RGBA bytes, not premultiplied, `colors` × 4, used by this frame or not; 0,0,0,0 where an entry was never used. */
  palette: Uint8Array
  /** Entry of each pixel, row by row; `Uint16Array` above 256 `colors`. */
  indices: Uint8Array | Uint16Array
  /** Pixels of each entry. */
  populations: Uint32Array
  width: number
  height: number
  /** Entries in the palette, as asked for. */
  colors: number
  /** Squared error of a pixel in the mean, as in `quantize`. */
  mse: number
  oklabMse: number
  iterations: number
  /** Distinct colours of the frame. */
  uniqueColors: number
  /** The palette was made anew, without regard to the last frame's but for the places of its colours. */
  fresh: boolean
}

/** A quantized frame whose pixels are in the textures `into`. */
export type QuantizedFrameInto = Omit<QuantizedFrame, 'indices'>

/** Quantizes the frames of a video or a moving page, one after the other in the order of the calls. */
export interface Quantizer extends Disposable {
  quantize(frame: QuantizeImage, options: FrameOptions & { into: QuantizeTextures }): Promise<QuantizedFrameInto>
  quantize(frame: QuantizeImage, options?: FrameOptions): Promise<QuantizedFrame>
  /** Forgets the palette: the next frame is quantized as the first. */
  reset(): void
  /** Takes no more frames; those at work are finished. */
  destroy(): void
}

/**
 * Makes a quantizer for frames of one size. Pipelines and buffers stay with the engine, and each frame goes on from the last one's
 * palette, in few iterations: an entry follows its cluster, so colours keep their index, and an entry that a frame does
 * not use keeps its place and colour. Nothing is smoothed over time: the frame's own colours are what is clustered.
 *
 * Where the error has grown by half since the palette was made (a cut), or pixels become translucent, a palette is made
 * anew, and taken if it is better by a tenth; its colours take the places of the last one's nearest. A frame with no more
 * distinct colours than entries comes back unchanged. Transparent pixels are entry 0.
 *
 * The same sequence of frames gives the same bytes on every device. The first palette is that of `quantize`.
 *
 * @throws LloydError `InputError` for an option outside its range.
 */
export async function createQuantizer(engine: Engine, options: QuantizerOptions): Promise<Quantizer> {
  const executor = executorOf(engine)
  const { dither, ditherStrength, space, ...others } = readOptions('createQuantizer', options, CREATE_QUANTIZER)
  const settings = { ...others, ...ditherOf(dither, ditherStrength), space: colorSpace(space) }
  requireDitherable(settings.dither, settings.width)
  return new FrameQuantizer(executor, settings)
}

class FrameQuantizer implements Quantizer {
  #memory: PaletteMemory
  #turn: Promise<void> = Promise.resolve()
  #destroyed = false

  constructor(
    private readonly executor: Executor,
    private readonly settings: FrameSettings,
  ) {
    this.#memory = emptyMemory(settings.colors)
  }

  reset(): void {
    this.#memory = emptyMemory(this.settings.colors)
  }

  destroy(): void {
    this.#destroyed = true
  }

  [Symbol.dispose](): void {
    this.destroy()
  }

  quantize(frame: QuantizeImage, options: FrameOptions & { into: QuantizeTextures }): Promise<QuantizedFrameInto>
  quantize(frame: QuantizeImage, options?: FrameOptions): Promise<QuantizedFrame>
  async quantize(frame: QuantizeImage, options: FrameOptions = {}): Promise<QuantizedFrame | QuantizedFrameInto> {
    const { executor, settings } = this
    if (this.#destroyed) throw new LloydError('InputError', 'the quantizer was destroyed; make a new one')
    const { into, signal } = readOptions('quantizer.quantize', options, FRAME)
    signal?.throwIfAborted()
    if (into !== undefined) checkTextures(executor, into, settings, settings.colors)
    const memory = this.#memory
    const scope = new BufferScope(executor)
    const before = this.#turn
    let end = () => {}
    this.#turn = new Promise((resolve) => {
      end = resolve
    })
    try {
      const bringing = toPixels(executor, new PixelStore(scope), frame) // a canvas or texture as it is now
      bringing.catch(() => {})
      await before
      const pixels = await bringing
      this.#requireSize(pixels)
      return await this.#work(scope, new Reporter(executor, signal), memory, pixels, into)
    } finally {
      scope.release()
      end()
    }
  }

  #requireSize({ width, height }: Pixels): void {
    const { settings } = this
    if (width === settings.width && height === settings.height) return
    throw new LloydError(
      'InputError',
      `the frame is ${width} × ${height}; this quantizer takes ${settings.width} × ${settings.height}; make another one`,
    )
  }

  async #work(
    scope: BufferScope,
    reporter: Reporter,
    memory: PaletteMemory,
    pixels: Pixels,
    into?: QuantizeTextures,
  ): Promise<QuantizedFrame | QuantizedFrameInto> {
    const { executor, settings } = this
    const { width, height, colors } = settings
    const table = await createColorTable(executor, scope, [pixels], pixels.alpha, reporter)
    const sink = into
      ? new TextureSink(executor, scope, into, width, colors)
      : new MemorySink(executor, width * height, colors)
    const frame = { executor, scope, reporter, settings, memory, pixels, table, sink }
    const { indices, ...outcome } = await (table.unique <= colors ? keepColors(frame) : reduceColors(frame))
    const palette = new Uint8Array(memory.places.palette.slice().buffer)
    const shape = { width, height, colors, uniqueColors: table.unique }
    return { palette, ...(indices && { indices }), ...outcome, ...shape }
  }
}
