import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runPython } from './python.js'

const script = fileURLToPath(new URL('lloyd_pass.py', import.meta.url))

/** Does `work` with a folder that is gone afterwards. */
export async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'lloyd-bench-'))
  try {
    await work(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Milliseconds that scikit-learn takes for a Lloyd pass over all points; null where it is not installed. */
export async function timeScikitLearnPass(
  points: Uint8Array | Float32Array,
  columns: number,
  k: number,
  folder: string,
): Promise<number | null> {
  const source = join(folder, 'pass.raw')
  await writeFile(source, points)
  const type = points instanceof Float32Array ? 'float32' : 'uint8'
  return await runPython<number>(script, [source, type, columns, k])
}
