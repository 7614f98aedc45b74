import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LloydError, type ReadTableOptions, readTable, type Table } from 'lloyd'
import { inputName, readStandardInput, requirePipedInput, STANDARD } from '../standard-io.js'

/** First bytes of the formats that are recognized by them, and their extensions; other input is text. */
const BEGINNINGS: [string, string][] = [
  ['PAR1', 'parquet'],
  ['ARROW1', 'arrow'],
  ['\x93NUMPY', 'npy'],
  ['\x1f\x8b', 'csv.gz'],
]

/** Reads a table from a file as `readTable` does, or from standard input, whose first bytes determine the format. */
export async function readTableFrom(path: string, options: ReadTableOptions): Promise<Table> {
  if (path !== STANDARD) return await readTable(path, options)
  requirePipedInput('lloyd kmeans - --k 3 < table.csv')
  const bytes = await readStandardInput()
  const start = Buffer.from(bytes.subarray(0, 8)).toString('latin1')
  const ending = BEGINNINGS.find(([beginning]) => start.startsWith(beginning))?.[1] ?? 'csv'
  // The readers need a file, of which they may read only parts.
  const folder = mkdtempSync(join(tmpdir(), 'lloyd-'))
  const file = join(folder, `table.${ending}`)
  try {
    writeFileSync(file, bytes, { mode: 0o600 })
    return await readTable(file, options)
  } catch (error) {
    if (!(error instanceof LloydError)) throw error
    throw new LloydError(error.code, error.message.replaceAll(file, inputName(path)), { cause: error })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
