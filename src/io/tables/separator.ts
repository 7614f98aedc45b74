import type { CellReader } from './cell-reader.js'

/** Maximum number of lines that are examined to find the separator. */
const SAMPLE_LINES = 100
/** Candidate separators; of two that fit equally well, the earlier one is chosen. */
const SEPARATORS = [';', '\t', '|', ',']

/** The separator in Excel's first line `sep=;`, and the length of that line with its line end. */
export function declaredSeparator(text: string): { separator: string; length: number } | null {
  const found = /^"?sep=([^\n"])"?[ \t]*(?:\n|$)/i.exec(text)
  return found && { separator: found[1], length: found[0].length }
}

/**
 * The separator of a text: the one of comma, semicolon, tab and bar for which the most lines have the same number of
 * cells and, among equals, the most cells are numbers. A comma that is the decimal mark is a candidate only where
 * numbers are quoted.
 */
export function findSeparator(sample: string, reader: CellReader, decimal: string | undefined): string {
  const text = sample.replace(/"[^"]*"/g, (quoted) => quoted.replace(/[;\t|,\n]/g, ' '))
  const lines = text.split('\n')
  // The last line may be cut off.
  if (lines.length > 1) lines.pop()
  const looked = lines.filter((line) => line.trim() !== '').slice(0, SAMPLE_LINES)
  const isQuoted = /"\s*[+-]?[\d.]*,\d+\s*"/.test(sample)
  const candidates = decimal === ',' && !isQuoted ? SEPARATORS.slice(0, 3) : SEPARATORS
  let best = { separator: decimal === ',' && !isQuoted ? ';' : ',', regular: 0, numeric: 0 }
  for (const separator of candidates) {
    const rows = looked.map((line) => line.split(separator))
    const regular = shareOfMode(rows.map((row) => row.length))
    if (regular < best.regular || regular === 0) continue
    const cells = rows.slice(1).flat()
    const isNumber = (cell: string) => ['number', 'spelled', 'missing'].includes(reader.kind(cell))
    const numeric = cells.filter(isNumber).length / Math.max(1, cells.length)
    if (regular > best.regular || numeric > best.numeric) best = { separator, regular, numeric }
  }
  return best.separator
}

/** The share of rows with the most frequent number of cells, or 0 where that number is 1. */
function shareOfMode(counts: readonly number[]): number {
  const times = new Map<number, number>()
  for (const count of counts) times.set(count, (times.get(count) ?? 0) + 1)
  const [count, most] = [...times].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [1, 0])
  return count === 1 ? 0 : most / counts.length
}
