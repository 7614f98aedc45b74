import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  type CleanDays,
  LloydError,
  type ReadDaysOptions,
  type ReadTableOptions,
  readDays,
  readTable,
  type Table,
} from 'lloyd'
import { inputName, readStandardInput, requirePipedInput, STANDARD, standardPieces } from '../standard-io.js'

/** First bytes of the formats that are recognized by them, and their extensions; other input is text. */
const BEGINNINGS: [string, string][] = [
  ['PAR1', 'parquet'],
  ['ARROW1', 'arrow'],
  ['\x93NUMPY', 'npy'],
  ['\x1f\x8b', 'csv.gz'],
]

function endingOf(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.subarray(0, 8)).toString('latin1')
  return BEGINNINGS.find(([beginning]) => start.startsWith(beginning))?.[1] ?? 'csv'
}

/** Reads a table from a file as `readTable` does, or from standard input, whose first bytes determine the format. */
export async function readTableFrom(path: string, options: ReadTableOptions): Promise<Table> {
  if (path !== STANDARD) return await readTable(path, options)
  requirePipedInput('lloyd kmeans - --k 3 < table.csv')
  const bytes = await readStandardInput()
  return await throughFile(endingOf(bytes), [bytes], (file) => readTable(file, options))
}

/** Reads steps from a file as `readDays` does, or from standard input: text as it comes, other formats from a copy. */
export async function readDaysFrom(path: string, options: ReadDaysOptions): Promise<CleanDays> {
  if (path !== STANDARD) return await readDays(path, options)
  requirePipedInput('lloyd behavior - < steps.csv')
  const { head, pieces } = await standardPieces()
  const ending = endingOf(head)
  return ending.startsWith('csv')
    ? await called('the stream', () => readDays(pieces, options))
    : await throughFile(ending, pieces, (file) => readDays(file, options))
}

/** Calls `read` with the name of a file that holds standard input: readers of some formats read only parts of it. */
async function throughFile<T>(
  ending: string,
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  read: (file: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'lloyd-'))
  const file = join(folder, `table.${ending}`)
  try {
    await pipeline(Readable.from(pieces), createWriteStream(file, { mode: 0o600 }))
    return await called(file, () => read(file))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Calls `read`, whose errors then name standard input instead of `name`. */
async function called<T>(name: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof LloydError)) throw error
    throw new LloydError(error.code, error.message.replaceAll(name, inputName(STANDARD)), { cause: error })
  }
}
