import { readlinkSync, statSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'

/** Whether the file system treats names that differ only in case as one. */
const IGNORES_CASE = process.platform === 'darwin' || process.platform === 'win32'
const MAX_LINKS = 40

/**
 * One string for all names of a file: symbolic and hard links, `..`, and letters in another case where the system
 * ignores it. A file that does not exist yet is identified by its folder and name.
 */
export function identityOf(path: string, links = 0): string {
  const absolute = resolve(path)
  const folder = dirname(absolute)
  const found = numbersOf(absolute)
  if (found) return found
  if (folder === absolute) return absolute
  const target = links < MAX_LINKS ? targetOf(absolute) : null
  // Writing to a link writes to its target.
  if (target !== null) return identityOf(resolve(folder, target), links + 1)
  const name = basename(absolute).normalize()
  return `${identityOf(folder, links)}/${IGNORES_CASE ? name.toLowerCase() : name}`
}

function numbersOf(path: string): string | null {
  try {
    const { dev, ino } = statSync(path, { bigint: true })
    return `${dev}:${ino}`
  } catch {
    return null
  }
}

function targetOf(path: string): string | null {
  try {
    return readlinkSync(path)
  } catch {
    return null
  }
}
