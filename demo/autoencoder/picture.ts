import { writeFileSync } from 'node:fs'
import { encodePng, type Matrix } from 'lloyd'
import { DIGIT_SIDE } from './data'

/** Black on white, as digits are written. */
const GRAYS = Uint8Array.from({ length: 4 * 256 }, (_, at) => (at % 4 === 3 ? 255 : 255 - Math.floor(at / 4)))
const GAP = 2

/** Writes digits to a PNG: a row of the picture for each matrix, with its first `count` digits. */
export async function writeDigits(path: string, rows: readonly Matrix[], count: number): Promise<void> {
  const cell = DIGIT_SIDE + GAP
  const [width, height] = [count * cell + GAP, rows.length * cell + GAP]
  const indices = new Uint8Array(width * height)
  rows.forEach(({ data }, row) => {
    for (let at = 0; at < count * DIGIT_SIDE ** 2; at++) {
      const digit = Math.floor(at / DIGIT_SIDE ** 2)
      const y = GAP + row * cell + (Math.floor(at / DIGIT_SIDE) % DIGIT_SIDE)
      const x = GAP + digit * cell + (at % DIGIT_SIDE)
      indices[y * width + x] = Math.round(255 * Math.min(1, Math.max(0, data[at])))
    }
  })
  writeFileSync(path, await encodePng({ palette: GRAYS, indices, width, height }))
}

/** Rows `first`, `first` + `step`, … of a matrix. */
export function everyRow({ data, rows, columns }: Matrix, step: number, first = 0): Matrix {
  const chosen = Array.from({ length: Math.ceil((rows - first) / step) }, (_, i) => first + i * step)
  const taken = new Float32Array(chosen.length * columns)
  chosen.forEach((row, at) => {
    taken.set(data.subarray(row * columns, (row + 1) * columns), at * columns)
  })
  return { data: taken, rows: chosen.length, columns }
}
