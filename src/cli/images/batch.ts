import {
  createEngine,
  type Engine,
  type EngineOptions,
  encodeGif,
  encodePng,
  type IndexedImage,
  LloydError,
  type QuantizedTogether,
  quantizeTogether,
} from 'lloyd'
import { describeAdapter, remarkOnFallback } from '../adapter.js'
import { formatCount } from '../numbers.js'
import { bytesOf, fromInput, inputName, outputName, STANDARD, writeStandardOutput } from '../standard-io.js'
import {
  describeReport,
  describeSummary,
  formatReportTable,
  type Report,
  summarizeReports,
} from '../views/quantize-report.js'
import { StageClock } from '../views/stage-clock.js'
import { describeError, exitCodeOf, print, progressLine, remark, reportError } from '../views/terminal.js'
import { type FrameStack, framesOf, readJob } from './frames.js'
import { chunksFor, remarkOnOpacity, writeImage } from './image-output.js'
import { meanSquaredError, measureQuality } from './image-quality.js'
import { countPixels, type PaletteOutput, writePalettes } from './palette-output.js'
import { inputsOf, type Job, nameOf } from './plan.js'
import { insertPngChunks, type PngChunk } from './png-chunks.js'
import type { Quantizing } from './quantize-options.js'
import { verifyOutput } from './verify-output.js'

export interface BatchOptions {
  backend: NonNullable<EngineOptions['backend']>
  /** Milliseconds that each frame of an animation is shown, where its file does not say, or in place of what it says. */
  delay?: number
  plays?: number
  json?: boolean
  report?: boolean
  /** Whether PNGs get the texts, EXIF, XMP and time of their inputs. */
  keepMetadata?: boolean
  /** Whether images are left out that would not get smaller. */
  skipIfLarger?: boolean
  /** The image goes there, and only a report is printed, elsewhere. */
  toStandardOutput?: boolean
}

interface Failure {
  input: string
  code: string
  message: string
}

/** A job whose images are in memory. */
interface Decoded {
  job: Job
  /** What its progress begins with. */
  place: string
  clock: StageClock
  stack: FrameStack
  /** What a PNG takes over from its input. */
  chunks: PngChunk[]
}

interface Skipped {
  input: string
  output: string
  inputBytes: number
  /** Of what was not written. */
  outputBytes: number
}

/** The exit code where all went well, but images were left out for their size; as of pngquant. */
const SKIPPED = 98

/** Milliseconds that a still image is shown as a frame. */
const STILL_DELAY = 100

/** The images of one command line, on one engine that is made when the first of them is decoded. */
export class Batch {
  readonly #reports: Report[] = []
  readonly #failures: Failure[] = []
  readonly #skipped: Skipped[] = []
  readonly #started = performance.now()
  #engine: Engine | null = null

  constructor(
    readonly options: BatchOptions,
    readonly quantizing: Quantizing,
    readonly palettes: readonly PaletteOutput[],
    readonly jobCount: number,
    readonly signal: AbortSignal,
  ) {}

  /** Does one job, or notes why it cannot be done; throws what ends the whole batch. */
  async attempt(job: Job, work: () => Promise<void> | void): Promise<boolean> {
    try {
      await work()
      return true
    } catch (error) {
      this.signal.throwIfAborted()
      if (!isAboutOneImage(error)) throw error
      // Another device may do for the others.
      if (error.code === 'DeviceLostError') this.destroy()
      this.#recordFailure(job, error)
      return false
    }
  }

  /** Quantizes images to one palette: those of a single job, or of all that share it. */
  async quantize(jobs: readonly Job[]): Promise<void> {
    const decoded: Decoded[] = []
    for (const job of jobs) {
      const clock = new StageClock()
      await this.attempt(job, async () => {
        const place = this.#placeOf(decoded.length)
        progressLine.update(`${place}${nameOf(job)}: decode`)
        clock.enter('decode')
        const stack = await readJob(job)
        decoded.push({ job, place, clock, stack, chunks: await chunksFor(job, stack, this.options.keepMetadata) })
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
    for (const { job, place, clock, stack, chunks } of decoded) {
      const frames = result.images.slice(first, first + stack.delays.length)
      first += frames.length
      await this.attempt(job, async () => {
        for (const [stage, time] of Object.entries(common)) clock.milliseconds[stage] = time / decoded.length
        progressLine.update(`${place}${nameOf(job)}: encode`)
        clock.enter('encode')
        remarkOnOpacity(job, stack, result.palette, this.quantizing)
        const images = frames.map((frame) => ({ palette: result.palette, ...frame }))
        const file = insertPngChunks(await this.#encode(job, stack, images), chunks)
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
        else this.#add(this.#report(job, stack, result, frames, file.length, clock))
      })
    }
  }

  /** To standard output goes the image as it is then, if it is of the kind asked for: no reader is left with nothing. */
  async #skip(job: Job, { bytes: inputBytes, format }: FrameStack, outputBytes: number): Promise<void> {
    const isPassedOn = job.output === STANDARD && format === job.format && job.inputs.length === 1
    const sizes = `${formatCount(inputBytes)} bytes would become ${formatCount(outputBytes)}`
    remark(`${nameOf(job)}: ${sizes}, so ${isPassedOn ? 'it is passed on as it is' : 'nothing is written'}`)
    this.#skipped.push({ input: inputsOf(job), output: job.output, inputBytes, outputBytes })
    if (isPassedOn) await writeStandardOutput(await fromInput(job.inputs[0], bytesOf))
  }

  #report(
    job: Job,
    stack: FrameStack,
    { palette, uniqueColors, colors, iterations }: QuantizedTogether,
    frames: QuantizedTogether['images'],
    outputBytes: number,
    clock: StageClock,
  ): Report {
    const mean = (name: 'mse' | 'oklabMse') => frames.reduce((sum, frame) => sum + frame[name], 0) / frames.length
    const measured = { ...stack, data: stack.decoded ?? stack.data, palette, indices: joinIndices(frames) }
    const mse = stack.decoded ? meanSquaredError(measured) : mean('mse')
    return {
      input: inputsOf(job),
      output: job.output,
      format: stack.format,
      width: stack.width,
      height: stack.height,
      pages: stack.pagesLeft + stack.delays.length,
      frames: stack.delays.length,
      uniqueColors,
      colors,
      iterations,
      mse,
      oklabMse: stack.decoded ? null : mean('oklabMse'),
      inputBytes: stack.bytes,
      outputBytes,
      stages: clock.milliseconds,
      ...(this.options.report && { quality: measureQuality(measured, mse) }),
    }
  }

  /** `[3/8] `, for the next image after those done and `waiting` others. */
  #placeOf(waiting: number): string {
    if (this.jobCount === 1) return ''
    return `[${this.#reports.length + this.#failures.length + this.#skipped.length + waiting + 1}/${this.jobCount}] `
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
      if (!this.options.json) this.#say(`adapter   ${describeAdapter(this.#engine)}`)
    }
    return this.#engine
  }

  #add(report: Report): void {
    if (this.#reports.push(report) > 1 && !this.options.json) this.#say('')
    if (!this.options.json) this.#say(describeReport(report))
  }

  #say(text: string): void {
    if (!this.options.toStandardOutput) print(text)
    else if (this.options.report) print(text, process.stderr)
  }

  /** One line for the reader, one entry for the JSON, and the exit code. */
  #recordFailure(job: Job, error: LloydError): void {
    reportError(error)
    this.#failures.push({ input: inputsOf(job), code: error.code, message: describeError(error) })
    process.exitCode = Math.max(Number(process.exitCode ?? 0), exitCodeOf(error))
  }

  /** Prints the JSON, or a summary of several images, and names those that failed. */
  finish(): void {
    progressLine.clear()
    const milliseconds = performance.now() - this.#started
    const summary = summarizeReports(this.#reports, this.#skipped.length, this.jobCount, milliseconds)
    if (this.#skipped.length > 0 && !process.exitCode) process.exitCode = SKIPPED
    if (this.options.json) {
      const { backend = null, adapter = null } = this.#engine ?? {}
      const lists = { images: this.#reports, failures: this.#failures, skipped: this.#skipped }
      print(JSON.stringify({ backend, adapter, ...lists, summary }, null, 2))
    } else if (this.#reports.length > 0) {
      if (this.options.report) this.#say(`\n${formatReportTable(this.#reports)}`)
      if (this.jobCount > 1) this.#say(`\n${describeSummary(summary)}`)
    }
    if (this.#failures.length > 0 && this.jobCount > 1) {
      const names = this.#failures.map((failure) => inputName(failure.input)).join(', ')
      reportError(`${this.#failures.length} of ${this.jobCount} images failed: ${names}`)
    }
  }

  /** What computed; null before the first image. */
  get backend(): Engine['backend'] | null {
    return this.#engine?.backend ?? null
  }

  destroy(): void {
    this.#engine?.destroy()
    this.#engine = null
  }
}

/** A bug ends everything, and so does the want of any device; other failures end one image. */
function isAboutOneImage(error: unknown): error is LloydError {
  const codes = ['InputError', 'FormatError', 'OutOfMemoryError', 'DeviceLostError']
  return error instanceof LloydError && codes.includes(error.code)
}

function joinIndices(frames: QuantizedTogether['images']): Uint8Array {
  if (frames.length === 1) return frames[0].indices as Uint8Array
  const joined = new Uint8Array(frames.reduce((sum, { indices }) => sum + indices.length, 0))
  let at = 0
  for (const { indices } of frames) {
    joined.set(indices, at)
    at += indices.length
  }
  return joined
}
