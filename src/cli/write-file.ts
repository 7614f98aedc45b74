import { existsSync, lstatSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { LloydError } from 'lloyd'

/**
 * Writes a file completely or not at all: to a temporary file beside it, which is then renamed. Synchronous, so that a
 * signal is handled before or after, never in between.
 */
export function writeWhole(path: string, bytes: Uint8Array, replace: boolean): void {
  // Renaming onto a symbolic link would replace the link and not the file.
  const target = existsSync(path) ? realpathSync(path) : path
  const temporary = temporaryIn(dirname(target))
  try {
    writeFileSync(temporary, bytes, { flag: 'wx' })
    if (!replace && lstatSync(target, { throwIfNoEntry: false })) {
      throw new LloydError('InputError', `${path} was created meanwhile; give --force to replace it`)
    }
    renameSync(temporary, target)
  } catch (error) {
    removeQuietly(temporary)
    throw error instanceof LloydError ? error : writeError(`the output ${path}`, error)
  }
}

/**
 * Throws unless a file can be created in `directory`, by creating one: permissions do not show full or read-only disks.
 * `what` names the file in the message.
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
    // The user should see why writing failed, not this.
  }
}

function writeError(what: string, error: unknown): LloydError {
  const { code } = error as NodeJS.ErrnoException
  return new LloydError('InputError', `${what} cannot be written (${code}); choose another place with -o`, {
    cause: error,
  })
}
