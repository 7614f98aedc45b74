import { basename, extname, join, resolve } from 'node:path'
import { LloydError } from 'lloyd'
import { checkOutput, requireFile } from '../check-output.js'
import { identityOf } from '../same-file.js'
import { inputName, requirePipedInput, requireRedirectedOutput, STANDARD } from '../standard-io.js'

export type ImageFormat = 'png' | 'gif'

/** One file to write. */
export interface Job {
  /** The image, or those that become the frames of one animation. */
  inputs: string[]
  /** A path, or `-` for standard output. */
  output: string
  format: ImageFormat
  /** Whether an existing output may be replaced. */
  replace: boolean
  /** The reason why it cannot be done together with the others. */
  conflict?: LloydError
}

export interface PlanOptions {
  colors: number
  output?: string
  outDir?: string
  format?: ImageFormat
  force?: boolean
}

/** The inputs of a job as given on the command line. */
export function inputsOf({ inputs }: Pick<Job, 'inputs'>): string {
  return inputs.length === 1 ? inputs[0] : `${inputs[0]} … ${inputs[inputs.length - 1]}`
}

/** Name of a job in messages. */
export function nameOf({ inputs }: Job): string {
  return inputsOf({ inputs: inputs.map(inputName) })
}

/**
 * Assigns an output to every input, or the animation that `-o` names to all of them; standard input alone is written to
 * standard output by default. Jobs whose output is another job's output or an input get a `conflict`.
 */
export function planJobs(inputs: readonly string[], options: PlanOptions): Job[] {
  const { outDir } = options
  const isPiped = inputs.length === 1 && inputs[0] === STANDARD && outDir === undefined
  const output = options.output ?? (isPiped ? STANDARD : undefined)
  if (output !== undefined && outDir !== undefined) {
    throw new LloydError('InputError', '-o names the file and --out-dir its directory; give one of them')
  }
  const format = formatOf(options)
  if (output !== undefined && inputs.length > 1 && format !== 'gif') {
    throw new LloydError(
      'InputError',
      `-o names one file, but there are ${inputs.length} images; give --out-dir instead, or name a .gif to animate them`,
    )
  }
  const replace = options.force === true
  const jobs: Job[] =
    output !== undefined
      ? [{ inputs: [...inputs], output, format, replace }]
      : inputs.map((input) => {
          const stem = input === STANDARD ? 'stdin' : basename(input, extname(input))
          const name = `${stem}-${options.colors}.${format}`
          return { inputs: [input], output: join(outDir ?? '.', name), format, replace }
        })
  noteConflicts(jobs)
  return jobs
}

/** The format by the extension of `-o`, with which `--format` must agree. */
function formatOf({ output, format }: PlanOptions): ImageFormat {
  if (output === undefined || output === STANDARD) return format ?? 'png'
  const ending = extname(output).toLowerCase()
  if (ending !== '.png' && ending !== '.gif') {
    throw new LloydError('InputError', `-o takes - or a file that ends in .png or .gif, got '${output}'`)
  }
  const named = ending === '.gif' ? 'gif' : 'png'
  if (format !== undefined && format !== named) {
    throw new LloydError('InputError', `--format ${format} does not agree with the output ${output}; give one of them`)
  }
  return named
}

function noteConflicts(jobs: readonly Job[]): void {
  const files = jobs.map(({ inputs }) => inputs.filter((input) => input !== STANDARD))
  const readers = new Map(files.flat().map((input) => [identityOf(input), input]))
  const writers = new Map<string, Job[]>()
  for (const [at, job] of jobs.entries()) {
    if (job.output === STANDARD) continue
    const identity = identityOf(job.output)
    writers.set(identity, [...(writers.get(identity) ?? []), job])
    const input = readers.get(identity)
    if (input === undefined || files[at].some((own) => identityOf(own) === identity)) continue
    job.conflict = new LloydError(
      'InputError',
      `${sameAs(job.output, input)} an image to read and the output of ${nameOf(job)}; write elsewhere with --out-dir`,
    )
  }
  for (const sharing of writers.values()) {
    if (sharing.length === 1) continue
    for (const job of sharing) {
      const others = sharing.filter((other) => other !== job)
      const names = others.map((other) => nameOf(other) + (isWrittenAs(other, job) ? '' : ` as ${other.output}`))
      job.conflict = new LloydError(
        'InputError',
        `${nameOf(job)} would be written to ${job.output}, but so would ${names.join(', ')}; quantize them one by one, with -o`,
      )
    }
  }
}

/** `a is`, or `a is the file b,` where they are two names of one file. */
function sameAs(output: string, input: string): string {
  return resolve(output) === resolve(input) ? `${output} is` : `${output} is the file ${input},`
}

function isWrittenAs(job: Job, other: Job): boolean {
  return resolve(job.output) === resolve(other.output)
}

/** Throws an `InputError` where a job cannot be done, before any work. */
export function checkJob({ inputs, output, replace, conflict }: Job): void {
  if (conflict) throw conflict
  for (const input of inputs) {
    if (input === STANDARD) requirePipedInput('lloyd quantize - < photo.jpg > photo.png')
    else requireFile(input)
  }
  if (output === STANDARD) requireRedirectedOutput('lloyd quantize photo.jpg -o - > photo.png')
  else checkOutput(output, replace)
}
