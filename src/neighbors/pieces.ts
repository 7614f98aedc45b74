import type { BufferScope } from '../engine/engine.js'
import type { EngineBuffer } from '../engine/kernel.js'

/** Points or clusters whose coordinates kernels read. */
export interface PackedRows {
  readonly count: number
  /** Number of columns that kernels read. */
  readonly width: number
  valueOf(row: number, column: number): number
}

/** Consecutive groups of four rows in a buffer, column after column. */
export interface Piece {
  first: number
  groups: number
  buffer: EngineBuffer
}

/** Bytes of a group of four rows. */
export const groupBytes = (width: number) => 16 * width

/** Rows in pieces of at most `most` groups; `bytes`: size of the buffers, if they are larger. */
export function piecesOf(scope: BufferScope, rows: PackedRows, most: number, bytes?: number): Piece[] {
  const { count, width } = rows
  const all = Math.ceil(count / 4)
  const pieces: Piece[] = []
  for (let first = 0; first < all; first += most) {
    const groups = Math.min(most, all - first)
    const values = new Float32Array(4 * groups * width)
    const end = Math.min(count, 4 * (first + groups))
    for (let column = 0; column < width; column++) {
      let at = 4 * groups * column
      for (let row = 4 * first; row < end; row++) values[at++] = rows.valueOf(row, column)
      values.fill(values[at - 1], at, 4 * groups * (column + 1))
    }
    pieces.push({ first, groups, buffer: scope.upload('neighbors.rows', values, bytes) })
  }
  return pieces
}
