import { open, readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Table } from '../../data/tables/table.js'
import { LloydError, mustBe } from '../../engine/error.js'
import { READ_TABLE } from '../../options/io.js'
import { readOptions } from '../../options/table.js'
import type { ReadTableOptions } from './table-options.js'

const KINDS = '.csv, .tsv, .txt (all three also as .gz), .npy, .parquet, .arrow or .feather'

/**
 * Reads a table (Node): `.csv`, `.tsv` and `.txt`, plain or gzipped, NumPy's `.npy` (one or two dimensions, or
 * records), Parquet, and Arrow or Feather 2. The file name extension determines the format.
 *
 * Text files: a column is numeric when all its cells are numbers or missing, or all are true or false (1 and 0). A cell
 * is missing when it is empty, `?`, one of the markers that pandas knows (`NA`, `N/A`, `NaN`, `null`, `None`, …, in
 * upper or lower case), a spreadsheet error (`#DIV/0!`), or listed in `na`. When more than half of the cells of a
 * column are numbers and others are not, or when numbers are written as 1,5 or 12 %, the table is refused with the
 * first such cell, unless `mixed` is 'text'. The same applies to a semicolon-separated file in which every point could
 * separate thousands, unless `decimal` is given. The separator is detected (comma, semicolon, tab or bar), or declared
 * by a first line `sep=;`.
 *
 * The first line is a header when it has text above a column without text, or only text; or when its numbers form a
 * progression from left to right (0, 1, 2; 400.5, 401, 401.5) that no other row follows, or are integers above numbers
 * that never are; `doubtfulHeader` then holds its cells. The CSV files of scikit-learn, which begin with the number of
 * rows, the number of columns and the names of the classes, are recognized: their last column is `label`.
 *
 * Other files: null and NaN are missing, true and false are 1 and 0, integers become float64 (`rounded` where digits
 * are lost), and each list of numbers of equal length becomes that many columns, `name[0]`, `name[1]`, …
 *
 * @throws LloydError `InputError` when the file cannot be read or is of an unknown kind, `FormatError` when it is
 *   damaged, ragged, empty, names a column twice, or mixes numbers with other cells
 */
export async function readTable(path: string, options: ReadTableOptions = {}): Promise<Table> {
  const settings = readOptions('readTable', options, READ_TABLE)
  const { signal } = settings
  if (typeof path !== 'string') throw mustBe('path', 'the path of a file', path)
  checkTextOptions(settings)
  const kind = /\.(csv|tsv|txt|npy|parquet|arrow|feather)(\.gz)?$/.exec(basename(path).toLowerCase())
  const [, ending, zipped] = kind ?? []
  if (!kind || (zipped && !['csv', 'tsv', 'txt'].includes(ending))) {
    await requireFile(path)
    throw new LloydError('InputError', `${path} is of an unknown kind; give a file that ends in ${KINDS}`)
  }
  return await fromFile(path, signal, async () => {
    switch (ending) {
      case 'csv':
      case 'txt':
        return await (await import('./read-csv.js')).readCsv(path, 'csv', settings)
      case 'tsv':
        return await (await import('./read-csv.js')).readCsv(path, 'tsv', settings)
      case 'npy':
        return (await import('./read-npy.js')).readNpy(path, await readFile(path, { signal }), settings)
      case 'parquet':
        return await (await import('./read-parquet.js')).readParquet(path, settings)
      default:
        return (await import('./read-arrow.js')).readArrow(path, await readFile(path, { signal }), settings)
    }
  })
}

/** Reads a file by `read`; failures become errors that name it. */
export async function fromFile<T>(path: string, signal: AbortSignal | undefined, read: () => Promise<T>): Promise<T> {
  await requireFile(path)
  return await fromStream(path, signal, read)
}

/** Reads what errors call `name` by `read`; failures become errors that name it. */
export async function fromStream<T>(name: string, signal: AbortSignal | undefined, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    signal?.throwIfAborted()
    throw error instanceof LloydError ? error : readingError(error, name)
  }
}

/** Rejects files that cannot be opened, and empty ones, before a reader is loaded. */
async function requireFile(path: string): Promise<void> {
  let size: number
  try {
    const file = await open(path)
    try {
      const stats = await file.stat()
      if (stats.isDirectory()) throw Object.assign(new Error('directory'), { code: 'EISDIR' })
      size = stats.isFile() ? stats.size : 1
    } finally {
      await file.close()
    }
  } catch (error) {
    throw readingError(error, path)
  }
  if (size === 0) throw new LloydError('FormatError', `${path} is empty; give a table with at least one row`)
}

/** The error for a failure of the system to read a file, or of a reader to understand it. */
function readingError(error: unknown, path: string): LloydError {
  const { code } = error as NodeJS.ErrnoException
  const reason = (error instanceof Error ? error.message : String(error)).trim().split('\n')[0]
  const cause = { cause: error }
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new LloydError('InputError', `there is no file ${path}; check the path`, cause)
    case 'EISDIR':
      return new LloydError('InputError', `${path} is a directory; name a table in it`, cause)
    case 'EACCES':
    case 'EPERM':
      return new LloydError('InputError', `${path} is not readable; change its permissions`, cause)
    case 'ERR_FS_FILE_TOO_LARGE':
      return new LloydError(
        'InputError',
        `${path} is too large to be read at once; split it, or save it as Parquet`,
        cause,
      )
  }
  if (code?.startsWith('E') && !code.startsWith('ERR_')) {
    return new LloydError('InputError', `${path} cannot be read (${code}); check the file`, cause)
  }
  return new LloydError('FormatError', `${path} is damaged (${reason}); get an intact copy`, cause)
}

/** Throws an `InputError` for an invalid decimal mark, delimiter or comment. */
function checkTextOptions({ delimiter, comment, decimal }: ReadTableOptions): void {
  const refuse = (name: string, what: string, value: string) => {
    throw new LloydError('InputError', `${name} must be ${what}, got '${value}'`)
  }
  if (delimiter !== undefined && ([...delimiter].length !== 1 || /["\r\n\0\ufeff]/.test(delimiter))) {
    refuse('delimiter', 'one character other than a quote or line end', delimiter)
  }
  if (delimiter !== undefined && delimiter === decimal && decimal !== ',') {
    refuse('delimiter', 'a character other than decimal', delimiter)
  }
  if (comment !== undefined && (comment.trim() === '' || /["\r\n\0]/.test(comment))) {
    refuse('comment', 'a string without quotes or line ends', comment)
  }
}
