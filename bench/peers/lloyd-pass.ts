import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Photo } from '../suite.js'
import { pythonCommand, withoutAlpha } from './python.js'

const script = fileURLToPath(new URL('lloyd_pass.py', import.meta.url))

/** Milliseconds that scikit-learn takes for a Lloyd pass over all pixels; null where it is not installed. */
export async function timeScikitLearnPass(photo: Photo, colors: number, folder: string): Promise<number | null> {
  const source = join(folder, 'pass.rgb')
  await writeFile(source, withoutAlpha(photo.data))
  try {
    const { stdout } = await promisify(execFile)(pythonCommand(), [script, source, String(colors)])
    return Number(stdout)
  } catch (error) {
    if (/ENOENT|ModuleNotFoundError/.test(String(error))) return null
    throw error
  }
}
