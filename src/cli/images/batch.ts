import {
  createEngine,
  type Engine,
  type EngineOptions,
  encodeGif,
  encodePng,
  type ImageMetadata,
  type IndexedImage,
  insertPngChunks,
  LloydError,
  type QuantizedTogether,
  quantizeTogether,
} from 'lloyd'
import { describeAdapter, remarkOnFallback } from '../adapter.js'
import { formatCount } from '../numbers.js'
import { bytesOf, fromInput, outputName, STANDARD, writeStandardOutput } from '../standard-io.js'
import { StageClock } from '../views/stage-clock.js'
import { progressLine, remark } from '../views/terminal.js'
import { BatchOutcome, type OutcomeOptions, reportOf } from './batch-outcome.js'
import { type FrameStack, framesOf, readJob } from './frames.js'
import { metadataFor, remarkOnLoss, remarkOnOpacity, writeImage } from './image-output.js'
import { countPixels, type PaletteOutput, writePalettes } from './palette-output.js'
import { inputsOf, type Job, nameOf } from './plan.js'
import type { Quantizing } from './quantize-options.js'
import { verifyOutput } from './verify-output.js'

export interface BatchOptions extends OutcomeOptions {
  backend: NonNullable<EngineOptions['backend']>
  /** Display time of each frame of an animation in milliseconds, in place of that in its file. */
  delay?: number
  plays?: number
  /** Whether PNGs get the texts, EXIF, XMP and time of their inputs. */
  keepMetadata?: boolean
  /** Whether images that would not become smaller are skipped. */
  skipIfLarger?: boolean
}

/** A job whose images are in memory. */
interface Decoded {
  job: Job
  /** Prefix of its progress lines. */
  place: string
  clock: StageClock
  stack: FrameStack
  /** Metadata that a PNG keeps from its input. */
  metadata: ImageMetadata
}

/** Display time of a still image as a frame, in milliseconds. */
const STILL_DELAY = 100

/** The images of one command line, on one engine that is created when the first of them is decoded. */
export class Batch {
  readonly #outcome: BatchOutcome
  #engine: Engine | null = null

  constructor(
    readonly options: BatchOptions,
    readonly quantizing: Quantizing,
    readonly palettes: readonly PaletteOutput[],
    readonly jobCount: number,
    readonly signal: AbortSignal,
  ) {
    this.#outcome = new BatchOutcome(options, jobCount)
  }

  /** Does part of one job, or notes its failure; throws errors that end the whole batch. */
  async attempt(job: Job, work: () => Promise<void> | void): Promise<boolean> {
    try {
      await work()
      return true
    } catch (error) {
      this.signal.throwIfAborted()
      if (!isAboutOneImage(error)) throw error
      // A new device may work for the other images.
      if (error.code === 'DeviceLostError') this.destroy()
      this.#outcome.addFailure(job, error)
      return false
    }
  }

  /** Quantizes images to one palette: those of a single job, or of all jobs that share it. */
  async quantize(jobs: readonly Job[]): Promise<void> {
    const decoded: Decoded[] = []
    for (const job of jobs) {
      const clock = new StageClock()
      await this.attempt(job, async () => {
        const place = this.#placeOf(decoded.length)
        progressLine.update(`${place}${nameOf(job)}: decode`)
        clock.enter('decode')
        const stack = await readJob(job)
        const metadata = await metadataFor(job, this.options.keepMetadata)
        remarkOnLoss(job, metadata)
        decoded.push({ job, place, clock, stack, metadata })
        clock.stop()
        this.signal.throwIfAborted()
      })
    }
    if (decoded.length === 0) return
    const clock = new StageClock()
    let result: QuantizedTogether
    try {
      result = await this.#quantizeTogether(decoded, clock)
      clock.stop()
    } catch (error) {
      // It fails for all of them.
      for (const { job } of decoded) await this.attempt(job, () => Promise.reject(error))
      return
    }
    await this.#writeAll(decoded, result, clock.milliseconds)
  }

  async #quantizeTogether(decoded: readonly Decoded[], clock: StageClock): Promise<QuantizedTogether> {
    const engine = await this.#requireEngine(clock)
    clock.enter('count')
    const name = decoded.length > 1 ? `${formatCount(decoded.length)} images` : nameOf(decoded[0].job)
    const place = decoded.length > 1 ? '' : decoded[0].place
    const images = decoded.flatMap(({ stack }) => framesOf(stack))
    return await quantizeTogether(engine, images, {
      ...this.quantizing,
      signal: this.signal,
      onProgress: ({ stage, done, total }) => {
        clock.enter(stage)
        progressLine.update(`${place}${name}: ${stage} ${formatCount(done)} of ${formatCount(total)}`)
      },
    })
  }

  async #writeAll(decoded: readonly Decoded[], result: QuantizedTogether, common: StageClock['milliseconds']) {
    const pixels = new Float64Array(result.colors)
    let first = 0
    for (const { job, place, clock, stack, metadata } of decoded) {
      const frames = result.images.slice(first, first + stack.delays.length)
      first += frames.length
      await this.attempt(job, async () => {
        for (const [stage, time] of Object.entries(common)) clock.milliseconds[stage] = time / decoded.length
        progressLine.update(`${place}${nameOf(job)}: encode`)
        clock.enter('encode')
        remarkOnOpacity(job, stack, result.palette, this.quantizing)
        const images = frames.map((frame) => ({ palette: result.palette, ...frame }))
        const file = insertPngChunks(await this.#encode(job, stack, images), metadata.chunks)
        clock.enter('verify')
        await verifyOutput(outputName(job.output), file, images)
        clock.enter('write')
        const isSkipped = this.options.skipIfLarger === true && file.length >= stack.bytes
        if (!isSkipped) await writeImage(job, file)
        for (const { indices } of frames) {
          for (const [entry, count] of countPixels(indices, result.colors).entries()) pixels[entry] += count
        }
        if (first === result.images.length) writePalettes(this.palettes, result.palette, pixels)
        clock.stop()
        if (this.options.report) progressLine.update(`${place}${nameOf(job)}: report`)
        if (isSkipped) await this.#skip(job, stack, file.length)
        else {
          const { milliseconds: stages } = clock
          const withQuality = this.options.report === true
          this.#outcome.addReport(
            reportOf({ job, stack, result, frames, outputBytes: file.length, stages, withQuality }),
          )
        }
      })
    }
  }

  /** Skips an image; it is passed on to standard output, where a reader waits, if it has the requested format. */
  async #skip(job: Job, { bytes: inputBytes, format }: FrameStack, outputBytes: number): Promise<void> {
    const isPassedOn = job.output === STANDARD && format === job.format && job.inputs.length === 1
    const sizes = `${formatCount(inputBytes)} bytes would become ${formatCount(outputBytes)}`
    remark(`${nameOf(job)}: ${sizes}, so ${isPassedOn ? 'it is passed on unchanged' : 'nothing is written'}`)
    this.#outcome.addSkipped({ input: inputsOf(job), output: job.output, inputBytes, outputBytes })
    if (isPassedOn) await writeStandardOutput(await fromInput(job.inputs[0], bytesOf))
  }

  /** The prefix `[3/8] ` of the next image, after those done and `waiting` others. */
  #placeOf(waiting: number): string {
    if (this.jobCount === 1) return ''
    return `[${this.#outcome.jobs + waiting + 1}/${this.jobCount}] `
  }

  async #encode(job: Job, stack: FrameStack, frames: readonly IndexedImage[]) {
    const { signal } = this
    if (job.format === 'png') return await encodePng(frames[0], { signal })
    const delay = stack.delays.map((milliseconds) => this.options.delay ?? (milliseconds || STILL_DELAY))
    return await encodeGif(frames, { delay, plays: this.options.plays ?? stack.plays, signal })
  }

  async #requireEngine(clock: StageClock): Promise<Engine> {
    if (!this.#engine) {
      clock.enter('engine')
      this.#engine = await createEngine({ backend: this.options.backend })
      this.signal.throwIfAborted()
      remarkOnFallback(this.options.backend, this.#engine)
      if (!this.options.json) this.#outcome.say(`adapter   ${describeAdapter(this.#engine)}`)
    }
    return this.#engine
  }

  /** Prints the outcome. */
  finish(): void {
    this.#outcome.finish(this.#engine)
  }

  /** The backend in use; null before the first image. */
  get backend(): Engine['backend'] | null {
    return this.#engine?.backend ?? null
  }

  destroy(): void {
    this.#engine?.destroy()
    this.#engine = null
  }
}

/** Whether a failure concerns one image only; bugs and the lack of any device end everything. */
function isAboutOneImage(error: unknown): error is LloydError {
  const codes = ['InputError', 'FormatError', 'OutOfMemoryError', 'DeviceLostError']
  return error instanceof LloydError && codes.includes(error.code)
}
