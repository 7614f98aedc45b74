import { existsSync, lstatSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { LloydError } from 'lloyd'

/**
 * Writes a file whole or not at all: into a temporary file beside it, which then takes its name. Synchronous, so that a
 * signal is handled before or after and never in between.
 */
export function writeWhole(path: string, bytes: Uint8Array, replace: boolean): void {
  // Renaming onto a symbolic link would replace the link and not the file.
  const target = existsSync(path) ? realpathSync(path) : path
  const temporary = temporaryIn(dirname(target))
  try {
    writeFileSync(temporary, bytes, { flag: 'wx' })
    if (!replace && lstatSync(target, { throwIfNoEntry: false })) {
      throw new LloydError('InputError', `${path} has come to exist meanwhile; give --force to replace it`)
    }
    renameSync(temporary, target)
  } catch (error) {
    removeQuietly(temporary)
    throw error instanceof LloydError ? error : writeError(`the output ${path}`, error)
  }
}

/**
 * Throws unless a file can be made in `directory`, by making one: permissions do not tell of full or read-only disks.
 * `what` is what the message calls the file.
 */
export function requireWritable(directory: string, what: string): void {
  const temporary = temporaryIn(directory)
  try {
    writeFileSync(temporary, '', { flag: 'wx' })
    rmSync(temporary)
  } catch (error) {
    removeQuietly(temporary)
    throw writeError(what, error)
  }
}

function temporaryIn(directory: string): string {
  return join(directory, `.lloyd-${process.pid}.tmp`)
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // What made the writing fail is what the user should read.
  }
}

function writeError(what: string, error: unknown): LloydError {
  const { code } = error as NodeJS.ErrnoException
  return new LloydError('InputError', `${what} cannot be written (${code}); choose another place with -o`, {
    cause: error,
  })
}
