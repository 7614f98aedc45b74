import { basename, extname, join, resolve } from 'node:path'
import { LloydError } from 'lloyd'
import { checkOutput, statOf } from './check-output.js'

export type ImageFormat = 'png' | 'gif'

/** One file to write. */
export interface Job {
  /** The image, or those that become the frames of one animation. */
  inputs: string[]
  output: string
  format: ImageFormat
  /** Whether an existing output may be replaced. */
  replace: boolean
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
 * Gives every input its output, or all inputs the one animation that `-o` names; an `InputError` when outputs get in the
 * way of each other or of an input.
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
  requireSeparateFiles(jobs)
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

function requireSeparateFiles(jobs: readonly Job[]): void {
  const inputs = new Set(jobs.flatMap((job) => job.inputs.map((input) => resolve(input))))
  const writers = new Map<string, string>()
  for (const job of jobs) {
    const { output } = job
    const path = resolve(output)
    const other = writers.get(path)
    if (other !== undefined) {
      throw new LloydError(
        'InputError',
        `${other} and ${nameOf(job)} would both be written to ${output}; quantize them one by one, with -o`,
      )
    }
    writers.set(path, nameOf(job))
    if (!job.inputs.some((input) => resolve(input) === path) && inputs.has(path)) {
      throw new LloydError(
        'InputError',
        `${output} is an image to read and the output of ${nameOf(job)}; write elsewhere with --out-dir`,
      )
    }
  }
}

/** Finds what would stop a job before any work is done for it. */
export function checkJob({ inputs, output, replace }: Job): void {
  for (const input of inputs) {
    if (!statOf(input, 'image')) throw new LloydError('InputError', `there is no file ${input}; check the path`)
  }
  checkOutput(output, replace)
}
