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
  /** Width and height of every frame, in pixels, 1 … 2³¹ − 1. */
  width: number
  height: number
  /** Number of palette entries, 1 … 65 536. */
  colors: number
  /** Colour space of the distances, as in `quantize`; default `'srgb'`. */
  space?: ColorSpace['name']
  /**
   * As in `quantize`. Error diffusion flickers where a frame differs slightly from the previous one; the patterns are
   * stable.
   */
  dither?: Dither
  /** Strength of the dither, 0 … 256, as in `quantize`; default 224. */
  ditherStrength?: number
  /** Maximum number of Lloyd's iterations for a new palette, 0 … 1 000 000; default 20. */
  maxIterations?: number
  /**
   * Maximum number of iterations for a frame that continues from the previous palette, 0 … 1 000 000; default 4: in a
   * moving photograph of 640 × 360 with noise, 256 colours, such a frame has 1.001 times the error of `quantize` with
   * its 20 and takes 0.33 of its time (llvmpipe; 0.31 on the CPU executor); with 2, 1.007 times and 0.20.
   */
  frameIterations?: number
}

export interface FrameOptions {
  /** Textures to write the frame to; then no `indices` are returned. */
  into?: QuantizeTextures
  /** Aborts the work on this frame; the palette does not change. */
  signal?: AbortSignal
}

/** A frame as indices into the palette of its sequence. Plain data. */
export interface QuantizedFrame {
  /** RGBA bytes, not premultiplied, `colors` × 4, used by this frame or not; 0,0,0,0 if an entry was never used. */
  palette: Uint8Array
  /** Entry of each pixel, row by row; `Uint16Array` above 256 `colors`. */
  indices: Uint8Array | Uint16Array
  /** Number of pixels of each entry. */
  populations: Uint32Array
  width: number
  height: number
  /** Number of palette entries, as requested. */
  colors: number
  /** Mean squared error per pixel, as in `quantize`. */
  mse: number
  oklabMse: number
  iterations: number
  /** Number of distinct colours of the frame. */
  uniqueColors: number
  /** Whether the palette is new, independent of the previous one except for the places of its colours. */
  fresh: boolean
}

/** A quantized frame whose pixels are in the textures `into`. */
export type QuantizedFrameInto = Omit<QuantizedFrame, 'indices'>

/** Quantizes the frames of a video or a moving page, one after another in the order of the calls. */
export interface Quantizer extends Disposable {
  quantize(frame: QuantizeImage, options: FrameOptions & { into: QuantizeTextures }): Promise<QuantizedFrameInto>
  quantize(frame: QuantizeImage, options?: FrameOptions): Promise<QuantizedFrame>
  /** Discards the palette: the next frame is quantized like the first. */
  reset(): void
  /** Ends the quantizer; pending frames are finished. */
  destroy(): void
}

/**
 * Creates a quantizer for frames of one size. Pipelines and buffers stay on the engine, and each frame continues from
 * the previous palette, in few iterations: an entry follows its cluster, so colours keep their index, and an entry that
 * a frame does not use keeps its place and colour. Nothing is smoothed over time: the frame's own colours are
 * clustered.
 *
 * If the error has grown by half since the palette was made (a cut), or pixels become translucent, a new palette is
 * made, and used if it is better by a tenth; its colours take the places of the nearest previous ones. A frame with no
 * more distinct colours than entries is returned unchanged. Transparent pixels have entry 0.
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
      const bringing = toPixels(executor, new PixelStore(scope), frame) // a canvas or texture in its current state
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
