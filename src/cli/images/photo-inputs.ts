import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { statOf } from '../check-output.js'
import { STANDARD } from '../standard-io.js'
import { expandInputs } from './inputs.js'

/** What is in a folder that was named, but is not read. */
export interface LeftOut {
  path: string
  reason: 'a folder within' | 'hidden' | 'no image by its name'
}

/** The images that inputs name, and what the folders among them hold besides. */
export async function listPhotos(inputs: readonly string[]): Promise<{ files: string[]; leftOut: LeftOut[] }> {
  const files = await expandInputs(inputs)
  const taken = new Set(files.map((file) => (file === STANDARD ? file : resolve(file))))
  const folders = inputs.filter((input) => input !== STANDARD && statOf(input, 'image')?.isDirectory())
  const leftOut = folders.flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true })
      .filter(({ name }) => !taken.has(resolve(folder, name)))
      .map((entry): LeftOut => {
        const path = join(folder, entry.name)
        if (entry.name.startsWith('.')) return { path, reason: 'hidden' }
        return { path, reason: entry.isDirectory() ? 'a folder within' : 'no image by its name' }
      }),
  )
  return { files, leftOut }
}

/** A sentence for each reason: how many, and the first of them. */
export function describeLeftOut(leftOut: readonly LeftOut[]): string[] {
  return [...new Set(leftOut.map(({ reason }) => reason))].sort().map((reason) => {
    const paths = leftOut.filter((each) => each.reason === reason).map(({ path }) => path)
    const more = paths.length > 3 ? `, … (${paths.length} in all)` : ''
    const remedy = reason === 'a folder within' ? `; give it, too, or a pattern such as '${paths[0]}/**/*.jpg'` : ''
    return `left out, ${reason}: ${paths.slice(0, 3).join(', ')}${more}${remedy}`
  })
}
