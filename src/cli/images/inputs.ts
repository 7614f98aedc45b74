import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { LloydError } from 'lloyd'
import { glob, isDynamicPattern } from 'tinyglobby'
import { statOf } from '../check-output.js'
import { STANDARD } from '../standard-io.js'

/** Extensions of the files that a folder is searched for. */
const IMAGE_NAME = /\.(jpe?g|png|webp|avif|tiff?|gif)$/i

/**
 * Expands folders to the images in them and patterns that the shell did not expand, and drops duplicates. A name that
 * exists is a file, whatever characters it has; one that does not exist and is not a pattern is kept, to be reported
 * like any other file. `-` is standard input, `./-` a file.
 */
export async function expandInputs(names: readonly string[]): Promise<string[]> {
  const inputs = new Map<string, string>()
  for (const name of names) {
    for (const path of await expandInput(name)) {
      const key = path === STANDARD ? path : resolve(path)
      if (!inputs.has(key)) inputs.set(key, path)
    }
  }
  return [...inputs.values()]
}

async function expandInput(name: string): Promise<string[]> {
  if (name === STANDARD) return [name]
  const found = statOf(name, 'image')
  if (found?.isDirectory()) return imagesIn(name)
  if (found || !isDynamicPattern(name)) return [name]
  const pattern = process.platform === 'win32' ? name.replaceAll('\\', '/') : name
  const paths = await glob(pattern, { expandDirectories: false })
  if (paths.length === 0) throw new LloydError('InputError', `no file matches ${name}; check the pattern`)
  return sorted(paths)
}

function imagesIn(folder: string): string[] {
  const names = readFolder(folder).filter((name) => IMAGE_NAME.test(name) && !name.startsWith('.'))
  if (names.length === 0) {
    throw new LloydError(
      'InputError',
      `the folder ${folder} has no .jpg, .png, .webp, .avif, .tiff or .gif file; name the images themselves`,
    )
  }
  return sorted(names).map((name) => join(folder, name))
}

function readFolder(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new LloydError('InputError', `the folder ${folder} cannot be read (${code}); check it`, { cause: error })
  }
}

/** Sorts names with numbers by value (`frame-10` after `frame-9`), independent of the locale. */
function sorted(names: string[]): string[] {
  const { compare } = new Intl.Collator('en', { numeric: true })
  return names.sort((a, b) => compare(a, b) || (a < b ? -1 : 1))
}
