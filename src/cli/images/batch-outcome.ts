import type { Engine, LloydError, QuantizedTogether } from 'lloyd'
import { inputName } from '../standard-io.js'
import {
  describeReport,
  describeSummary,
  formatReportTable,
  type Report,
  summarizeReports,
} from '../views/quantize-report.js'
import { describeError, exitCodeOf, print, progressLine, reportError } from '../views/terminal.js'
import type { FrameStack } from './frames.js'
import { meanSquaredError, measureQuality } from './image-quality.js'
import { inputsOf, type Job } from './plan.js'

export interface OutcomeOptions {
  json?: boolean
  report?: boolean
  /** Whether the image is written to standard output, so that only a report is printed, to standard error. */
  toStandardOutput?: boolean
}

interface Failure {
  input: string
  code: string
  message: string
}

interface Skipped {
  input: string
  output: string
  inputBytes: number
  /** Size of the encoded image that was not written. */
  outputBytes: number
}

/** A job whose images were quantized. */
interface Finished {
  job: Job
  stack: FrameStack
  result: QuantizedTogether
  /** The images of the job. */
  frames: QuantizedTogether['images']
  outputBytes: number
  stages: Report['stages']
  withQuality: boolean
}

/** The exit code, as in pngquant, when all went well but images were skipped for their size. */
const SKIPPED = 98

/** The outcome for the images of one command line, and its output. */
export class BatchOutcome {
  readonly #reports: Report[] = []
  readonly #failures: Failure[] = []
  readonly #skipped: Skipped[] = []
  readonly #started = performance.now()

  constructor(
    readonly options: OutcomeOptions,
    readonly jobCount: number,
  ) {}

  /** Number of jobs done, failed or skipped so far. */
  get jobs(): number {
    return this.#reports.length + this.#failures.length + this.#skipped.length
  }

  addReport(report: Report): void {
    if (this.#reports.push(report) > 1 && !this.options.json) this.say('')
    if (!this.options.json) this.say(describeReport(report))
  }

  say(text: string): void {
    if (!this.options.toStandardOutput) print(text)
    else if (this.options.report) print(text, process.stderr)
  }

  /** Reports a failure in one line, notes it for the JSON, and sets the exit code. */
  addFailure(job: Job, error: LloydError): void {
    reportError(error)
    this.#failures.push({ input: inputsOf(job), code: error.code, message: describeError(error) })
    process.exitCode = Math.max(Number(process.exitCode ?? 0), exitCodeOf(error))
  }

  addSkipped(skipped: Skipped): void {
    this.#skipped.push(skipped)
  }

  /** Prints the JSON, or a summary of several images, and names those that failed; `engine` is null if none was used. */
  finish(engine: Engine | null): void {
    progressLine.clear()
    const milliseconds = performance.now() - this.#started
    const summary = summarizeReports(this.#reports, this.#skipped.length, this.jobCount, milliseconds)
    if (this.#skipped.length > 0 && !process.exitCode) process.exitCode = SKIPPED
    if (this.options.json) {
      const { backend = null, adapter = null } = engine ?? {}
      const lists = { images: this.#reports, failures: this.#failures, skipped: this.#skipped }
      print(JSON.stringify({ backend, adapter, ...lists, summary }, null, 2))
    } else if (this.#reports.length > 0) {
      if (this.options.report) this.say(`\n${formatReportTable(this.#reports)}`)
      if (this.jobCount > 1) this.say(`\n${describeSummary(summary)}`)
    }
    if (this.#failures.length > 0 && this.jobCount > 1) {
      const names = this.#failures.map((failure) => inputName(failure.input)).join(', ')
      reportError(`${this.#failures.length} of ${this.jobCount} images failed: ${names}`)
    }
  }
}

export function reportOf({ job, stack, result, frames, outputBytes, stages, withQuality }: Finished): Report {
  const { palette, uniqueColors, colors, iterations } = result
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
    stages,
    ...(withQuality && { quality: measureQuality(measured, mse) }),
  }
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
