import { accessSync, constants, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { LloydError } from 'lloyd'
import { requireWritable } from './write-file.js'

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

/** What is known about a path, undefined where there is nothing; `what` is what a message calls it. */
export function statOf(path: string, what: string) {
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
