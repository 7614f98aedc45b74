import { LloydError } from '../../engine/error.js'
import { CellReader } from './cell-reader.js'
import { parseRows } from './parse-rows.js'
import { declaredSeparator, findSeparator } from './separator.js'
import type { ReadTableOptions } from './table-options.js'
import { decodeText, sourceName, type TextSource } from './text-lines.js'

/** Takes rows of cells, of which the first is on `line` of the file. */
export type TakeLines = (rows: string[][], line: number) => void

/**
 * Passes on the rows of a text file or stream (`.csv`, `.tsv`, `.txt`, gzipped or not) as they are read, for tables larger than
 * memory. Blank lines are rows of one empty cell; a cell with line ends counts as one line.
 */
export async function readRows(
  source: TextSource,
  { delimiter, signal }: Pick<ReadTableOptions, 'delimiter' | 'signal'>,
  take: TakeLines,
): Promise<void> {
  const pieces = decodeText(source, signal)
  const head = await pieces.next()
  let sample: string = head.done ? '' : head.value
  let line = 1
  const declared = declaredSeparator(sample)
  if (declared) {
    sample = sample.slice(declared.length)
    line++
  }
  async function* all() {
    yield sample
    yield* pieces
  }
  let isBlankHeld = false
  const separator = delimiter ?? declared?.separator ?? findSeparator(sample, new CellReader({}), undefined)
  await parseRows(all(), separator, signal, (rows, faults) => {
    for (const [row, fault] of faults) {
      if (fault !== 'Quotes') continue
      const where = `in or after line ${line + (row ?? 0)}`
      throw new LloydError(
        'FormatError',
        `${sourceName(source)} has a quote that is not closed or out of place, ${where}; correct it`,
      )
    }
    // The line end at the end of a file begins no row.
    if (isBlankHeld) rows.unshift([''])
    isBlankHeld = rows.length > 0 && rows[rows.length - 1].length === 1 && rows[rows.length - 1][0] === ''
    if (isBlankHeld) rows.pop()
    take(rows, line)
    line += rows.length
  })
}
