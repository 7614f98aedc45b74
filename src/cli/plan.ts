import { accessSync, constants, statSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { LloydError } from 'lloyd'
import { glob, isDynamicPattern } from 'tinyglobby'
import { requireWritable } from './write-file.js'

/** One image to quantize. */
export interface Job {
  input: string
  output: string
  /** Whether an existing output may be replaced. */
  replace: boolean
}

export interface PlanOptions {
  colors: number
  output?: string
  outDir?: string
  force?: boolean
}

/**
 * Expands the patterns that the shell did not, and drops files named twice. A name that exists is a file, whatever
 * characters it has; one that does not and is no pattern is kept, so that it is reported like any other file.
 */
export async function expandInputs(names: readonly string[]): Promise<string[]> {
  const inputs = new Map<string, string>()
  for (const name of names) {
    for (const path of await expandInput(name)) {
      if (!inputs.has(resolve(path))) inputs.set(resolve(path), path)
    }
  }
  return [...inputs.values()]
}

async function expandInput(name: string): Promise<string[]> {
  if (statSync(name, { throwIfNoEntry: false }) || !isDynamicPattern(name)) return [name]
  const pattern = process.platform === 'win32' ? name.replaceAll('\\', '/') : name
  const paths = await glob(pattern, { expandDirectories: false })
  if (paths.length === 0) throw new LloydError('InputError', `no file matches ${name}; check the pattern`)
  return paths.sort()
}

/** Gives every input its output; an `InputError` when outputs get in the way of each other or of an input. */
export function planJobs(inputs: readonly string[], options: PlanOptions): Job[] {
  if (options.output !== undefined && options.outDir !== undefined) {
    throw new LloydError('InputError', '-o names the file and --out-dir its directory; give one of them')
  }
  if (options.output !== undefined && inputs.length > 1) {
    throw new LloydError(
      'InputError',
      `-o names one file, but there are ${inputs.length} images; give --out-dir instead`,
    )
  }
  const jobs = inputs.map((input) => ({
    input,
    output: options.output ?? join(options.outDir ?? '.', outputName(input, options.colors)),
    replace: options.force === true,
  }))
  requireSeparateFiles(jobs)
  return jobs
}

/** `photo.jpg` at 64 colours becomes `photo-64.png`. */
function outputName(input: string, colors: number): string {
  return `${basename(input, extname(input))}-${colors}.png`
}

function requireSeparateFiles(jobs: readonly Job[]): void {
  const inputs = new Set(jobs.map((job) => resolve(job.input)))
  const writers = new Map<string, string>()
  for (const { input, output } of jobs) {
    const path = resolve(output)
    const other = writers.get(path)
    if (other !== undefined) {
      throw new LloydError(
        'InputError',
        `${other} and ${input} would both be written to ${output}; quantize them one by one, with -o`,
      )
    }
    writers.set(path, input)
    if (path !== resolve(input) && inputs.has(path)) {
      throw new LloydError(
        'InputError',
        `${output} is an image to read and the output of ${input}; write elsewhere with --out-dir`,
      )
    }
  }
}

/** Finds what would stop a job before any work is done for it. */
export function checkJob({ input, output, replace }: Job): void {
  const file = statOf(input, 'image')
  if (!file) throw new LloydError('InputError', `there is no file ${input}; check the path`)
  if (file.isDirectory()) {
    throw new LloydError(
      'InputError',
      `${input} is a directory; name the images in it, as in '${join(input, '*.jpg')}'`,
    )
  }
  checkOutput(output, replace)
}

/** Finds what would stop a file from being written. `option` is what names it on the command line. */
export function checkOutput(output: string, replace: boolean, option = '-o'): void {
  const existing = statOf(output, 'output')
  if (existing) checkExistingOutput(output, existing, replace, option)
  checkDirectory(dirname(output), output)
}

function checkExistingOutput(
  output: string,
  existing: { isDirectory(): boolean; isFile(): boolean },
  replace: boolean,
  option: string,
) {
  if (existing.isDirectory()) {
    throw new LloydError('InputError', `the output ${output} is a directory; name a file in it with ${option}`)
  }
  if (!existing.isFile()) {
    throw new LloydError('InputError', `the output ${output} is not a regular file; name another with ${option}`)
  }
  if (!replace) {
    throw new LloydError(
      'InputError',
      `the output ${output} exists already; give --force to replace it, or name another with ${option}`,
    )
  }
  if (!isWritable(output)) {
    throw new LloydError('InputError', `the output ${output} is write-protected; name another with ${option}`)
  }
}

function checkDirectory(directory: string, output: string): void {
  const existing = statOf(directory, 'output directory')
  if (!existing) {
    throw new LloydError('InputError', `there is no directory ${directory} for the output ${output}; create it first`)
  }
  if (!existing.isDirectory()) {
    throw new LloydError('InputError', `${directory} is not a directory, so ${output} cannot be written; name another`)
  }
  requireWritable(directory, output)
}

function statOf(path: string, what: string) {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new LloydError('InputError', `the ${what} ${path} cannot be used (${code}); check the path`, { cause: error })
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}
