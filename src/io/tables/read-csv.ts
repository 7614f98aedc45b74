import type { Table } from '../../data/tables/table.js'
import { CellReader } from './cell-reader.js'
import { CsvTable } from './csv-table.js'
import { parseRows } from './parse-rows.js'
import { declaredSeparator, findSeparator } from './separator.js'
import type { ReadTableOptions } from './table-options.js'
import { decodeText, editLines } from './text-lines.js'

/** Maximum length of a row, in characters; a longer one has a quote that is never closed. */
const LONGEST_ROW = 1 << 24

/**
 * Reads a CSV or TSV file, gzipped or not, in pieces. Columns start as numbers. When one turns out to be text after
 * some numbers, the file is read a second time to recover the spelling of those numbers.
 */
export async function readCsv(path: string, format: 'csv' | 'tsv', options: ReadTableOptions): Promise<Table> {
  const first = await parse(path, format, options, new Set())
  const late = first.columnsToRespell()
  if (late.size === 0) return first.finish()
  return (await parse(path, format, options, late)).finish()
}

async function parse(
  path: string,
  format: 'csv' | 'tsv',
  options: ReadTableOptions,
  spelt: ReadonlySet<number>,
): Promise<CsvTable> {
  const reader = new CellReader(options)
  const table = new CsvTable(path, format, options, reader, spelt)
  const { comment, delimiter, decimal } = options
  let charactersSinceRow = 0
  async function* counted() {
    for await (const text of decodeText(path, options.signal)) {
      charactersSinceRow += text.length
      if (charactersSinceRow > LONGEST_ROW) table.requireClosedQuotes('Quotes')
      yield text
    }
  }
  const isEdited = comment !== undefined || delimiter === ' '
  const pieces = isEdited ? editLines(counted(), comment, delimiter === ' ') : counted()
  const head = await pieces.next()
  let sample: string = head.done ? '' : head.value
  const declared = declaredSeparator(sample)
  if (declared) {
    sample = sample.slice(declared.length)
    table.skipLine()
  }
  table.separator =
    delimiter ??
    declared?.separator ??
    (format === 'tsv' ? '\t' : findSeparator(withoutSkipped(sample), reader, decimal))
  await parseRows(following(sample, pieces), table.separator, options.signal, (rows, faults) => {
    charactersSinceRow = rows.length > 0 ? 0 : charactersSinceRow
    rows.forEach((cells, row) => {
      table.requireClosedQuotes(faults.get(row))
      table.add(cells)
    })
  })
  return table
}

async function* following(first: string, rest: AsyncIterable<string>) {
  yield first
  yield* rest
}

const withoutSkipped = (sample: string) => (sample.includes('\0') ? sample.replace(/^\0\n?/gm, '') : sample)
