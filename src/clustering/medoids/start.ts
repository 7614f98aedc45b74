import { LloydError } from '../../engine/error.js'

/** Checks the numbers of k different rows. */
export function checkRows(init: ArrayLike<number>, k: number, rows: number): Uint32Array {
  if (typeof init?.length !== 'number' || init.length !== k) {
    const found = typeof init?.length === 'number' ? `${init.length} numbers` : String(init)
    throw new LloydError('InputError', `init must be ${k} row numbers, 'build' or 'random', got ${found}`)
  }
  const taken = new Set<number>()
  for (let at = 0; at < k; at++) {
    const row = init[at]
    if (!Number.isInteger(row) || row < 0 || row >= rows) {
      throw new LloydError('InputError', `init[${at}] is ${row}; row numbers are 0 … ${rows - 1}`)
    }
    if (taken.has(row)) throw new LloydError('InputError', `init has row ${row} twice; give ${k} different rows`)
    taken.add(row)
  }
  return Uint32Array.from(taken)
}
