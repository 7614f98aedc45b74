import { createEngine, type Engine, type EngineOptions, encodeGif, encodePng, LloydError, type Quantized } from 'lloyd'
import { describeAdapter, remarkOnFallback } from './adapter.js'
import { type FrameStack, readJob } from './frames.js'
import { measureQuality } from './image-quality.js'
import { formatCount } from './numbers.js'
import { countPixels, type PaletteOutput, writePalettes } from './palette-output.js'
import { type Job, nameOf } from './plan.js'
import { quantizeFrames } from './quantize-frames.js'
import type { Quantizing } from './quantize-options.js'
import { describeReport, describeSummary, formatReportTable, type Report, summarizeReports } from './quantize-report.js'
import { StageClock } from './stage-clock.js'
import { describeError, exitCodeOf, print, progressLine, reportError } from './terminal.js'
import { writeWhole } from './write-file.js'

export interface BatchOptions {
  backend: NonNullable<EngineOptions['backend']>
  /** Milliseconds that each frame of an animation is shown, where its file does not say, or in place of what it says. */
  delay?: number
  plays?: number
  json?: boolean
  report?: boolean
}

interface Failure {
  input: string
  code: string
  message: string
}

/** Milliseconds that a still image is shown as a frame. */
const STILL_DELAY = 100

/** The images of one command line, on one engine that is made when the first of them is decoded. */
export class Batch {
  readonly #reports: Report[] = []
  readonly #failures: Failure[] = []
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

  async quantize(job: Job): Promise<void> {
    const name = nameOf(job)
    const place = this.jobCount > 1 ? `[${this.#reports.length + this.#failures.length + 1}/${this.jobCount}] ` : ''
    const clock = new StageClock()
    progressLine.update(`${place}${name}: decode`)
    clock.enter('decode')
    const stack = await readJob(job)
    this.signal.throwIfAborted()

    const engine = await this.#requireEngine(clock)
    clock.enter('count')
    const result = await quantizeFrames(engine, stack, {
      ...this.quantizing,
      signal: this.signal,
      onProgress: ({ stage, done, total }) => {
        clock.enter(stage)
        progressLine.update(`${place}${name}: ${stage} ${formatCount(done)} of ${formatCount(total)}`)
      },
    })
    clock.enter('encode')
    progressLine.update(`${place}${name}: encode`)
    const file = await this.#encode(job, stack, result)
    clock.enter('write')
    writeWhole(job.output, file, job.replace)
    writePalettes(this.palettes, result.palette, countPixels(result.indices, result.colors))
    clock.stop()
    if (this.options.report) progressLine.update(`${place}${name}: report`)
    const { palette, indices } = result
    this.#add({
      input: name,
      output: job.output,
      format: stack.format,
      width: stack.width,
      height: stack.height,
      pages: stack.pagesLeft + stack.delays.length,
      frames: stack.delays.length,
      uniqueColors: result.uniqueColors,
      colors: result.colors,
      iterations: result.iterations,
      mse: result.mse,
      oklabMse: result.oklabMse,
      inputBytes: stack.bytes,
      outputBytes: file.length,
      stages: clock.milliseconds,
      ...(this.options.report && { quality: measureQuality({ ...stack, palette, indices }, result.mse) }),
    })
  }

  async #encode(job: Job, { width, height, delays, plays }: FrameStack, result: Quantized): Promise<Uint8Array> {
    const { signal } = this
    if (job.format === 'png') return encodePng(result, { signal })
    const { palette, indices } = result
    const size = width * height
    const frames = delays.map((_, frame) => {
      return { palette, indices: indices.subarray(frame * size, (frame + 1) * size), width, height }
    })
    const delay = delays.map((milliseconds) => this.options.delay ?? (milliseconds || STILL_DELAY))
    return encodeGif(frames, { delay, plays: this.options.plays ?? plays, signal })
  }

  async #requireEngine(clock: StageClock): Promise<Engine> {
    if (!this.#engine) {
      clock.enter('engine')
      this.#engine = await createEngine({ backend: this.options.backend })
      this.signal.throwIfAborted()
      remarkOnFallback(this.options.backend, this.#engine)
      if (!this.options.json) print(`adapter   ${describeAdapter(this.#engine)}`)
    }
    return this.#engine
  }

  #add(report: Report): void {
    if (this.#reports.push(report) > 1 && !this.options.json) print('')
    if (!this.options.json) print(describeReport(report))
  }

  /** One line for the reader, one entry for the JSON, and the exit code. */
  #recordFailure(job: Job, error: LloydError): void {
    reportError(error)
    this.#failures.push({ input: nameOf(job), code: error.code, message: describeError(error) })
    process.exitCode = Math.max(Number(process.exitCode ?? 0), exitCodeOf(error))
  }

  /** Prints the JSON, or a summary of several images, and names those that failed. */
  finish(): void {
    progressLine.clear()
    const summary = summarizeReports(this.#reports, this.jobCount, performance.now() - this.#started)
    if (this.options.json) {
      const { backend = null, adapter = null } = this.#engine ?? {}
      print(JSON.stringify({ backend, adapter, images: this.#reports, failures: this.#failures, summary }, null, 2))
    } else if (this.#reports.length > 0) {
      if (this.options.report) print(`\n${formatReportTable(this.#reports)}`)
      if (this.jobCount > 1) print(`\n${describeSummary(summary)}`)
    }
    if (this.#failures.length > 0 && this.jobCount > 1) {
      const names = this.#failures.map((failure) => failure.input).join(', ')
      reportError(`${this.#failures.length} of ${this.jobCount} images failed: ${names}`)
    }
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
