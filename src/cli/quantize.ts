import { type Command, Option } from 'commander'
import { createEngine, type Engine, encodePng, LloydError, quantize, readImage } from 'lloyd'
import { describeAdapter, remarkOnFallback } from './adapter.js'
import { formatBytes, formatCount, formatQuantity, formatTime, parseInteger } from './numbers.js'
import { checkJob, expandInputs, type Job, planJobs } from './plan.js'
import { addClusteringOptions, type ClusteringOptions, toQuantizeOptions } from './quantize-options.js'
import { StageClock } from './stage-clock.js'
import { describeError, exitCodeOf, print, progressLine, remark, reportError } from './terminal.js'
import { writeWhole } from './write-file.js'

/** An indexed PNG holds no more. */
const MOST_COLORS = 256
const SAMPLE_COLORS = 64

interface Options extends ClusteringOptions {
  colors?: number
  output?: string
  outDir?: string
  force?: boolean
  json?: boolean
  sample?: string
}

/** What is known about a finished image: the rows of the table, and an element of `images` in the JSON. */
interface Report {
  input: string
  output: string
  format: string
  width: number
  height: number
  /** Frames or pages in the input, of which the first was taken. */
  pages: number
  uniqueColors: number
  /** Entries of the palette. */
  colors: number
  iterations: number
  mse: number
  inputBytes: number
  outputBytes: number
  /** Milliseconds of each stage. */
  stages: Record<string, number>
}

interface Failure {
  input: string
  code: string
  message: string
}

export function addQuantizeCommand(program: Command, signal: AbortSignal): void {
  const command = program
    .command('quantize')
    .summary('reduce images to a palette, written as indexed PNGs')
    .description(
      'Reduce images (JPEG, PNG, WebP, AVIF, TIFF, GIF) to a palette found by k-means and write indexed PNGs.\n' +
        'Without -o or --out-dir, photo.jpg becomes photo-256.png (name-colours.png) in the current directory.',
    )
    .argument('[images...]', "files, or patterns such as 'photos/*.jpg'")
    .option('--colors <n>', `most entries of the palette, 1 to ${MOST_COLORS} (default: ${MOST_COLORS})`, (text) =>
      parseInteger('--colors', text, 1, MOST_COLORS, ' (an indexed PNG holds no more)'),
    )
    .option('-o, --output <file>', 'the PNG to write, for a single image')
    .option('--out-dir <directory>', 'where name-colours.png is written (default: the current directory)')
    .option('--force', 'replace existing outputs')
  addClusteringOptions(command)
    .option('--json', 'print JSON')
    .addOption(new Option('--sample <file>', 'the image to take when none is given').hideHelp())
    .action((images: string[], options: Options) => quantizeImages(images, options, signal))
}

async function quantizeImages(images: string[], options: Options, signal: AbortSignal): Promise<void> {
  const { jobs, colors } = await planFrom(images, options)
  const failures: Failure[] = []
  const ready = jobs.filter((job) => attempt(job, failures, () => checkJob(job)))
  const batch = new Batch(options, colors, signal)
  try {
    for (const job of ready) {
      try {
        await batch.quantize(job)
      } catch (error) {
        signal.throwIfAborted()
        if (!isAboutOneImage(error)) throw error
        recordFailure(job, failures, error)
      }
    }
    batch.finish(failures)
  } finally {
    batch.destroy()
  }
  if (failures.length > 0 && jobs.length > 1) {
    const names = failures.map((failure) => failure.input).join(', ')
    reportError(`${failures.length} of ${jobs.length} images failed: ${names}`)
  }
}

async function planFrom(images: string[], options: Options): Promise<{ jobs: Job[]; colors: number }> {
  const isSample = images.length === 0 && options.sample !== undefined
  const names = isSample ? [options.sample!] : images
  if (names.length === 0)
    throw new LloydError('InputError', 'no image is given; name one, as in lloyd quantize photo.jpg')
  const colors = options.colors ?? (isSample ? SAMPLE_COLORS : MOST_COLORS)
  const jobs = planJobs(await expandInputs(names), { ...options, colors })
  // The sample's own output is replaced each time; one that was named is not.
  if (isSample && options.output === undefined && options.outDir === undefined) jobs[0].replace = true
  return { jobs, colors }
}

function attempt(job: Job, failures: Failure[], action: () => void): boolean {
  try {
    action()
    return true
  } catch (error) {
    recordFailure(job, failures, error)
    return false
  }
}

/** One line for the reader, one entry for the JSON, and the exit code. */
function recordFailure(job: Job, failures: Failure[], error: unknown): void {
  reportError(error)
  failures.push({
    input: job.input,
    code: error instanceof LloydError ? error.code : 'Error',
    message: describeError(error),
  })
  process.exitCode = Math.max(Number(process.exitCode ?? 0), exitCodeOf(error))
}

/** A lost device or a bug ends everything; other failures end one image. */
function isAboutOneImage(error: unknown): boolean {
  return error instanceof LloydError && ['InputError', 'FormatError', 'OutOfMemoryError'].includes(error.code)
}

/** The images of one command line, on one engine that is made when the first of them is decoded. */
class Batch {
  readonly #reports: Report[] = []
  #engine: Engine | null = null

  constructor(
    readonly options: Options,
    readonly colors: number,
    readonly signal: AbortSignal,
  ) {}

  async quantize(job: Job): Promise<void> {
    const clock = new StageClock()
    progressLine.update(`${job.input}: decode`)
    clock.enter('decode')
    const image = await readImage(job.input)
    this.signal.throwIfAborted()
    if (image.pages > 1) remark(`${job.input} has ${image.pages} frames; the first is taken`)

    const engine = await this.#requireEngine(clock)
    clock.enter('count')
    const result = await quantize(engine, image, {
      colors: this.colors,
      ...toQuantizeOptions(this.options),
      signal: this.signal,
      onProgress: ({ stage, done, total }) => {
        clock.enter(stage)
        progressLine.update(`${job.input}: ${stage} ${formatCount(done)} of ${formatCount(total)}`)
      },
    })
    clock.enter('encode')
    progressLine.update(`${job.input}: encode`)
    const png = await encodePng(result, { signal: this.signal })
    clock.enter('write')
    writeWhole(job.output, png, job.replace)
    clock.stop()
    this.#add({
      input: job.input,
      output: job.output,
      format: image.format,
      width: image.width,
      height: image.height,
      pages: image.pages,
      uniqueColors: result.uniqueColors,
      colors: result.colors,
      iterations: result.iterations,
      mse: result.mse,
      inputBytes: image.bytes,
      outputBytes: png.length,
      stages: clock.milliseconds,
    })
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

  finish(failures: readonly Failure[]): void {
    progressLine.clear()
    if (!this.options.json) return
    const { backend = null, adapter = null } = this.#engine ?? {}
    print(JSON.stringify({ backend, adapter, images: this.#reports, failures }, null, 2))
  }

  destroy(): void {
    this.#engine?.destroy()
  }
}

function describeReport(report: Report): string {
  const { width, height, stages } = report
  const times = Object.entries(stages).map(([stage, time]) => `${stage} ${formatTime(time)}`)
  const total = Object.values(stages).reduce((sum, time) => sum + time, 0)
  const share = ((100 * report.outputBytes) / report.inputBytes).toFixed(0)
  return [
    `image     ${report.input}, ${width} × ${height}, ${formatQuantity(report.uniqueColors, 'distinct colour')}`,
    `palette   ${formatQuantity(report.colors, 'colour')} after ${formatQuantity(report.iterations, 'iteration')}, mean squared error ${report.mse.toFixed(3)}`,
    `time      ${times.join(', ')}; ${formatTime(total)} in all`,
    `output    ${report.output}, ${formatBytes(report.outputBytes)}, ${share} % of the input's ${formatBytes(report.inputBytes)}`,
  ].join('\n')
}
