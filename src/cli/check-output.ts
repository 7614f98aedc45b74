import { accessSync, constants, lstatSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { LloydError } from 'lloyd'
import { requireWritable } from './write-file.js'

/** Throws an `InputError` where a file cannot be written. `option` is the one that names it on the command line. */
export function checkOutput(output: string, replace: boolean, option = '-o'): void {
  const existing = statOf(output, 'output')
  if (existing) checkExistingOutput(output, existing, replace, option)
  else if (!replace && isLink(output)) {
    throw new LloydError(
      'InputError',
      `the output ${output} is a link to a file that does not exist; give --force to replace it, or name another with ${option}`,
    )
  }
  checkDirectory(dirname(output), `the output ${output}`)
}

/** Throws an `InputError` for an image that is not a readable file; a directory is reported when it is read. */
export function requireFile(path: string): void {
  const found = statOf(path, 'image')
  if (!found) throw new LloydError('InputError', `there is no file ${path}; check the path`)
  if (found.isFile() || found.isDirectory()) return
  throw new LloydError('InputError', `${path} is not a regular file; save it to one first`)
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

/** Throws an `InputError` where `what` cannot be written to a directory. */
export function checkDirectory(directory: string, what: string): void {
  const existing = statOf(directory, 'output directory')
  if (!existing) {
    throw new LloydError('InputError', `there is no directory ${directory} for ${what}; create it first`)
  }
  if (!existing.isDirectory()) {
    throw new LloydError('InputError', `${directory} is not a directory, so ${what} cannot be written; name another`)
  }
  requireWritable(directory, what)
}

/** Throws an `InputError` where `what` can neither be written to a directory nor the directory made. */
export function checkNewDirectory(directory: string, what: string): void {
  let existing = directory
  while (!statOf(existing, 'output directory') && !isLink(existing) && dirname(existing) !== existing) {
    existing = dirname(existing)
  }
  checkDirectory(existing, what)
}

/** The status of a path, undefined where nothing exists; `what` is its role in messages. */
export function statOf(path: string, what: string) {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new LloydError('InputError', `the ${what} ${path} cannot be used (${code}); check the path`, { cause: error })
  }
}

/** Whether a path is a symbolic link, even a broken one. */
export function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}
