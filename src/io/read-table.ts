import { open, readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { LloydError, requireKnownOptions } from '../engine/error.js'
import type { ReadTableOptions, Table } from './table.js'

export type { NumberColumn, OtherColumn, ReadTableOptions, Table, TableColumn, TextColumn } from './table.js'

const KINDS = '.csv, .tsv (both also as .gz), .npy, .parquet, .arrow or .feather'

/**
 * Reads a table (Node): `.csv` and `.tsv`, plain or gzipped, NumPy's `.npy` (one or two dimensions), Parquet, and Arrow
 * or Feather 2. The ending of the name decides the format. A column is numeric when all its cells are numbers or missing.
 *
 * In text files a cell is missing when it is empty, `NA`, `N/A`, `NaN`, `null` or `?`, in either case; in the others when
 * it is null or NaN. The first line of a text file is a header when one of its cells is neither a number nor missing,
 * unless another of its cells has a decimal point. The CSV files of scikit-learn, which begin with the number of rows,
 * the number of columns and the names of the classes, are recognised: their last column is `label`.
 *
 * @throws LloydError `InputError` when the file cannot be read or is of another kind, `FormatError` when it is damaged,
 *   ragged, empty, names a column twice, or writes numbers with a decimal comma
 */
export async function readTable(path: string, options: ReadTableOptions = {}): Promise<Table> {
  requireKnownOptions('readTable', options, ['header', 'signal'])
  const kind = /\.(csv|tsv|npy|parquet|arrow|feather)(\.gz)?$/.exec(basename(path).toLowerCase())
  const [, ending, zipped] = kind ?? []
  if (!kind || (zipped && ending !== 'csv' && ending !== 'tsv')) {
    await requireFile(path)
    throw new LloydError('InputError', `${path} is of an unknown kind; give a file that ends in ${KINDS}`)
  }
  await requireFile(path)
  try {
    switch (ending) {
      case 'csv':
      case 'tsv':
        return await (await import('./read-csv.js')).readCsv(path, ending, options)
      case 'npy':
        return (await import('./read-npy.js')).readNpy(path, await readFile(path, { signal: options.signal }))
      case 'parquet':
        return await (await import('./read-parquet.js')).readParquet(path, options)
      default:
        return (await import('./read-arrow.js')).readArrow(path, await readFile(path, { signal: options.signal }))
    }
  } catch (error) {
    options.signal?.throwIfAborted()
    throw error instanceof LloydError ? error : readingError(error, path)
  }
}

/** Finds what stops reading before a reader is loaded, and files of no bytes. */
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

/** What the system says about a file, and what a reader's own code threw about its contents. */
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
      return new LloydError('InputError', `${path} must not be read; change its permissions`, cause)
    case 'ERR_FS_FILE_TOO_LARGE':
      return new LloydError('InputError', `${path} is too large to be read at once; split it, or write Parquet`, cause)
  }
  if (code?.startsWith('E') && !code.startsWith('ERR_')) {
    return new LloydError('InputError', `${path} cannot be read (${code}); check the file`, cause)
  }
  return new LloydError('FormatError', `${path} is damaged (${reason}); get an intact copy`, cause)
}
