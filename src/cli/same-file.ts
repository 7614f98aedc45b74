import { readlinkSync, statSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'

/** Systems that take names which differ in case only for one. */
const IGNORES_CASE = process.platform === 'darwin' || process.platform === 'win32'
const MOST_LINKS = 40

/**
 * The same text for all names of a file: through symbolic and hard links, `..`, and letters in another case where the
 * system ignores it. A file that does not exist yet is known by its folder and name.
 */
export function identityOf(path: string, links = 0): string {
  const absolute = resolve(path)
  const folder = dirname(absolute)
  const found = numbersOf(absolute)
  if (found) return found
  if (folder === absolute) return absolute
  const target = links < MOST_LINKS ? targetOf(absolute) : null
  // What is written to a link goes where it points to once that exists.
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
