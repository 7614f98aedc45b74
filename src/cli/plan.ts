import { basename, extname, join, resolve } from 'node:path'
import { LloydError } from 'lloyd'
import { checkOutput, requireFile } from './check-output.js'

export type ImageFormat = 'png' | 'gif'

/** One file to write. */
export interface Job {
  /** The image, or those that become the frames of one animation. */
  inputs: string[]
  output: string
  format: ImageFormat
  /** Whether an existing output may be replaced. */
  replace: boolean
  /** Why it cannot be done beside the others. */
  conflict?: LloydError
}

export interface PlanOptions {
  colors: number
  output?: string
  outDir?: string
  format?: ImageFormat
  force?: boolean
}

/** What messages call a job. */
export function nameOf({ inputs }: Job): string {
  return inputs.length === 1 ? inputs[0] : `${inputs[0]} … ${inputs[inputs.length - 1]}`
}

/**
 * Gives every input its output, or all inputs the one animation that `-o` names. Jobs whose outputs get in the way of each
 * other or of an input get a `conflict`.
 */
export function planJobs(inputs: readonly string[], options: PlanOptions): Job[] {
  const { output, outDir } = options
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
          const name = `${basename(input, extname(input))}-${options.colors}.${format}`
          return { inputs: [input], output: join(outDir ?? '.', name), format, replace }
        })
  noteConflicts(jobs)
  return jobs
}

/** From the ending of `-o`, with which `--format` must agree. */
function formatOf({ output, format }: PlanOptions): ImageFormat {
  if (output === undefined) return format ?? 'png'
  const ending = extname(output).toLowerCase()
  if (ending !== '.png' && ending !== '.gif') {
    throw new LloydError('InputError', `-o takes a file that ends in .png or .gif, got '${output}'`)
  }
  const named = ending === '.gif' ? 'gif' : 'png'
  if (format !== undefined && format !== named) {
    throw new LloydError('InputError', `--format ${format} does not agree with the output ${output}; give one of them`)
  }
  return named
}

function noteConflicts(jobs: readonly Job[]): void {
  const inputs = new Set(jobs.flatMap((job) => job.inputs.map((input) => resolve(input))))
  const writers = new Map<string, Job[]>()
  for (const job of jobs) {
    const path = resolve(job.output)
    writers.set(path, [...(writers.get(path) ?? []), job])
    if (!job.inputs.some((input) => resolve(input) === path) && inputs.has(path)) {
      job.conflict = new LloydError(
        'InputError',
        `${job.output} is an image to read and the output of ${nameOf(job)}; write elsewhere with --out-dir`,
      )
    }
  }
  for (const sharing of writers.values()) {
    if (sharing.length === 1) continue
    for (const job of sharing) {
      const others = sharing.filter((other) => other !== job).map(nameOf)
      job.conflict = new LloydError(
        'InputError',
        `${nameOf(job)} would be written to ${job.output}, but so would ${others.join(', ')}; quantize them one by one, with -o`,
      )
    }
  }
}

/** Finds what would stop a job before any work is done for it. */
export function checkJob({ inputs, output, replace, conflict }: Job): void {
  if (conflict) throw conflict
  for (const input of inputs) requireFile(input)
  checkOutput(output, replace)
}
