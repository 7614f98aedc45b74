import { existsSync, readFileSync } from 'node:fs'
import { type Engine, exportTuning, importTuning, LloydError, type Tuning, tuneKMeans } from 'lloyd'
import { writeWhole } from '../write-file.js'

/** Takes tile sizes for k-means from a file, or measures them and stores them there. */
export async function useTuning(engine: Engine, path: string, shape: { columns: number; k: number }): Promise<void> {
  if (existsSync(path)) loadTuning(engine, path)
  const before = Object.keys(exportTuning(engine).tiles).length
  await tuneKMeans(engine, shape)
  const tuning = exportTuning(engine)
  if (Object.keys(tuning.tiles).length === before) return
  writeWhole(path, new TextEncoder().encode(`${JSON.stringify(tuning, null, 2)}\n`), true)
}

function loadTuning(engine: Engine, path: string): void {
  try {
    importTuning(engine, JSON.parse(readFileSync(path, 'utf8')) as Tuning)
  } catch (error) {
    if (error instanceof LloydError) {
      throw new LloydError(error.code, `${path}: ${error.message}, or name another file with --tuning`)
    }
    throw new LloydError('FormatError', `${path} is not JSON, or is damaged; name another file with --tuning`, {
      cause: error,
    })
  }
}
