import { BufferScope, type Engine, type Executor, executorOf } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import { CREATE_SEGMENTER, PREPARE_SEGMENTER, SEGMENT_FRAME } from '../../options/color.js'
import { readOptions } from '../../options/table.js'
import { type QuantizeImage, toPixels } from '../image/image.js'
import { PixelStore, type Pixels } from '../image/pixels.js'
import { Reporter } from '../reporter.js'
import { divide, memoryError } from './divide.js'
import type { Segmented } from './segment-image.js'
import { bindFrames, type SegmentBindings, type SegmentRecording } from './segment-recording.js'
import { superpixelGrid, superpixelLimits } from './superpixel-grid.js'
import { assignPixels, createSuperpixels, requireRoom, type Superpixels } from './superpixels.js'

export interface SegmenterOptions {
  /** Width and height of every frame, in pixels, 1 … 65 535. */
  width: number
  height: number
  /** Number of superpixels, as in `segmentImage`. */
  segments: number
  /** Weight of place against colour, as in `segmentImage`; default 10. */
  compactness?: number
  /** Number of iterations for the first frame, 0 … 1 000; default 10. */
  iterations?: number
  /** Number of iterations for a frame that goes on from the last one's superpixels, 0 … 1 000; default 2. */
  frameIterations?: number
  /** Whether frames may be translucent: alpha is then a coordinate of colours. Default false: frames must be opaque. */
  alpha?: boolean
}

export interface SegmentFrameOptions {
  /** Aborts the work on this frame; the next one starts anew. */
  signal?: AbortSignal
}

/** A frame as regions. Plain data. */
export interface SegmentedFrame extends Segmented {
  /**
   * The superpixel of each region, below `superpixels`, which is the same from frame to frame: that of the region's largest
   * connected part. Several regions may be parts of one superpixel.
   */
  superpixels: Uint32Array
}

/** Divides the frames of a video into superpixels, one after another in the order of the calls. */
export interface Segmenter extends Disposable {
  /** Number of superpixels: as many as `segments`, rounded to whole rows and columns of cells. */
  readonly superpixels: number
  /**
   * The regions of a frame.
   * @throws LloydError `InputError` for a frame of another size, or a translucent one without `alpha`
   */
  segment(frame: QuantizeImage, options?: SegmentFrameOptions): Promise<SegmentedFrame>
  /**
   * Binds what `record` reads and writes. Replaces earlier bindings, with which recorded commands must have been submitted.
   * @throws LloydError `InputError` for what cannot be bound, and on the CPU executor
   */
  prepare(bindings: SegmentBindings): Promise<void>
  /**
   * Adds a frame to the caller's commands: reads the texture and writes the labels, without submitting. Labels are the
   * superpixels of pixels, 0 … `superpixels` − 1, before their connected parts are found and fragments merged, which is
   * work of the host: `segment` does that. With `alpha` false, alpha is not looked at. Recorded commands must be submitted in
   * the order of the calls.
   */
  record(encoder: GPUCommandEncoder): void
  /** Discards the superpixels: the next frame is segmented like the first, as is due after a cut. */
  reset(): void
  /** Ends the segmenter and frees its buffers; pending frames are finished, recorded ones must have been submitted. */
  destroy(): void
}

/**
 * Creates a segmenter for frames of one size. Pipelines and buffers stay on the engine, and the superpixels of a frame go on
 * from those of the last one, in few iterations: a superpixel follows what it covers within the cells around its own, and
 * keeps its number.
 *
 * The same sequence of frames gives the same bytes on every device. The regions of the first are those of `segmentImage`.
 *
 * @throws LloydError `InputError` for an option outside its range; `OutOfMemoryError` as for `segmentImage`.
 */
export async function createSegmenter(engine: Engine, options: SegmenterOptions): Promise<Segmenter> {
  const executor = executorOf(engine)
  const settings = readOptions('createSegmenter', options, CREATE_SEGMENTER)
  requireRoom(executor, settings)
  const { width, height, segments, compactness, alpha } = settings
  const scope = new BufferScope(executor, { fresh: true })
  try {
    const grid = superpixelGrid(width, height, segments, compactness)
    return new FrameSegmenter(executor, scope, await createSuperpixels(executor, scope, grid, alpha), settings)
  } catch (error) {
    scope.release()
    throw error
  }
}

class FrameSegmenter implements Segmenter {
  readonly superpixels: number
  #started = false
  #destroyed = false
  #turn: Promise<void> = Promise.resolve()
  #recording: SegmentRecording | null = null

  constructor(
    private readonly executor: Executor,
    private readonly scope: BufferScope,
    private readonly clusters: Superpixels,
    private readonly settings: Required<SegmenterOptions>,
  ) {
    this.superpixels = clusters.grid.columns * clusters.grid.rows
  }

  async segment(frame: QuantizeImage, options: SegmentFrameOptions = {}): Promise<SegmentedFrame> {
    this.#requireUndestroyed()
    const { signal } = readOptions('segmenter.segment', options, SEGMENT_FRAME)
    signal?.throwIfAborted()
    const scope = new BufferScope(this.executor)
    const before = this.#turn
    let end = () => {}
    this.#turn = new Promise((resolve) => {
      end = resolve
    })
    try {
      const bringing = toPixels(this.executor, new PixelStore(scope), frame) // a canvas or texture in its current state
      bringing.catch(() => {})
      await before
      const pixels = await bringing
      this.#requireFrame(pixels)
      return await this.#work(pixels, signal)
    } catch (error) {
      throw memoryError(error)
    } finally {
      scope.release()
      end()
    }
  }

  async #work(pixels: Pixels, signal?: AbortSignal): Promise<SegmentedFrame> {
    const { executor, clusters, settings } = this
    const { width, height } = pixels
    const { sums, labels: assigned } = clusters.buffers
    const work = { executor, reporter: new Reporter(executor, signal), signal }
    const goesOn = this.#started
    // Until the frame is done, its sums may be those of a part.
    this.#started = false
    if (!goesOn) executor.clear(sums)
    const iterations = goesOn ? settings.frameIterations : settings.iterations
    await assignPixels(work, pixels, clusters, { iterations, goesOn })
    const labels = new Uint32Array(width * height)
    await executor.readInto(assigned, labels)
    const limits = superpixelLimits(clusters.grid, settings.segments)
    const { clusters: superpixels, ...divided } = await divide(work, pixels, { labels, limits })
    this.#started = true
    return { ...divided, width, height, superpixels }
  }

  async prepare(bindings: SegmentBindings): Promise<void> {
    this.#requireUndestroyed()
    const given = readOptions('segmenter.prepare', bindings, PREPARE_SEGMENTER) as SegmentBindings
    const recording = await bindFrames(this.executor, this.clusters, this.settings, given)
    this.#recording?.release()
    this.#recording = recording
    if (this.#destroyed) recording.release()
  }

  record(encoder: GPUCommandEncoder): void {
    this.#requireUndestroyed()
    if (!this.#recording) {
      throw new LloydError('InputError', 'the segmenter has nothing to record; call prepare({ texture, labels }) first')
    }
    this.#recording.record(encoder, this.#started)
    this.#started = true
  }

  reset(): void {
    this.#started = false
  }

  destroy(): void {
    if (this.#destroyed) return
    this.#destroyed = true
    this.#recording?.release()
    this.#turn.then(() => this.scope.release())
  }

  [Symbol.dispose](): void {
    this.destroy()
  }

  #requireUndestroyed(): void {
    if (this.#destroyed) throw new LloydError('InputError', 'the segmenter was destroyed; make a new one')
  }

  #requireFrame({ width, height, alpha }: Pixels): void {
    const { settings } = this
    if (width !== settings.width || height !== settings.height) {
      throw new LloydError(
        'InputError',
        `the frame is ${width} × ${height}; this segmenter takes ${settings.width} × ${settings.height}; make another one`,
      )
    }
    if (alpha && !settings.alpha) {
      throw new LloydError('InputError', 'the frame has translucent pixels; make a segmenter with alpha: true')
    }
  }
}
