import { LloydError } from '../engine/error.js'
import type { NumberColumn, OtherColumn, TextColumn } from './table.js'

/** What a column of a typed file becomes. */
export type Typed = 'number' | 'text' | { other: string }

export function otherColumn(name: string, type: string): OtherColumn {
  return { kind: 'other', name, type }
}

/** Builds a column from the pieces in which a reader returns it. Null and undefined are missing, and NaN among numbers. */
export function typedColumn(
  name: string,
  kind: 'number' | 'text',
  rows: number,
  pieces: Iterable<Iterable<unknown>>,
): NumberColumn | TextColumn {
  let row = 0
  let missing = 0
  if (kind === 'number') {
    const values = new Float64Array(rows)
    for (const piece of pieces) {
      for (const cell of piece) {
        const value = cell === null || cell === undefined ? Number.NaN : Number(cell)
        if (Number.isNaN(value)) missing++
        values[row++] = value
      }
    }
    requireRows(name, row, rows)
    return { kind, name, values, missing }
  }
  const values: string[] = []
  for (const piece of pieces) {
    for (const cell of piece) {
      const isMissing = cell === null || cell === undefined
      if (isMissing) missing++
      values.push(isMissing ? '' : String(cell))
    }
  }
  requireRows(name, values.length, rows)
  return { kind, name, values, missing, firstText: null }
}

function requireRows(name: string, found: number, rows: number): void {
  if (found !== rows) throw new Error(`column '${name}' has ${found} of ${rows} rows`)
}

export function requireDistinctNames(path: string, names: readonly string[]): void {
  const seen = new Map<string, number>()
  names.forEach((name, column) => {
    const other = seen.get(name)
    if (other !== undefined) {
      throw new LloydError(
        'FormatError',
        `${path} has two columns named '${name}' (the ${other + 1}. and the ${column + 1}.); rename one`,
      )
    }
    seen.set(name, column)
  })
}
