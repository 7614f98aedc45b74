/** Points for tests: the tables of test/data, and seeded synthetic ones. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import type { Matrix } from 'lloyd'
import { seededRandom } from '../oracle/images'

export { seededRandom }
export type Random = () => number

export interface Dataset {
  points: Matrix
  /** The class of each row. */
  classes: Uint32Array
  /** Names of the classes; their numbers if the table has no names. */
  classNames: string[]
}

const files = {
  iris: 'iris.csv',
  wine: 'wine_data.csv',
  'breast cancer': 'breast_cancer.csv',
  digits: 'digits.csv.gz',
}

/**
 * A table whose last column is the class. Its first line is rows, columns, class names; that of the digits is a row.
 */
export function readDataset(name: keyof typeof files): Dataset {
  const bytes = readFileSync(fileURLToPath(new URL(`../data/tables/${files[name]}`, import.meta.url)))
  const text = (files[name].endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  const lines = text.trim().split(/\r?\n/)
  const header = name === 'digits' ? null : lines.shift()!.split(',')
  const rows = lines.map((line) => line.split(',').map(Number))
  const classes = Uint32Array.from(rows, (row) => row.pop()!)
  const points = matrixOf(rows)
  if (header && (Number(header[0]) !== points.rows || Number(header[1]) !== points.columns)) {
    throw new Error(`${files[name]} announces ${header[0]} × ${header[1]} and holds ${points.rows} × ${points.columns}`)
  }
  const classCount = classes.reduce((most, value) => Math.max(most, value + 1), 0)
  return { points, classes, classNames: header?.slice(2) ?? Array.from({ length: classCount }, (_, i) => String(i)) }
}

/** Numbers as a float32 matrix. */
export function matrixOf(rows: readonly (readonly number[])[]): Matrix {
  return { data: new Float32Array(rows.flat()), rows: rows.length, columns: rows[0].length }
}

export function rowsOf({ data, rows, columns }: Matrix): number[][] {
  return Array.from({ length: rows }, (_, row) => Array.from(data.subarray(row * columns, (row + 1) * columns)))
}

/** The rows of a matrix with the indices `chosen`, in that order. */
export function takeRows({ data, columns }: Matrix, chosen: ArrayLike<number>): Matrix {
  const taken = new Float32Array(chosen.length * columns)
  for (let i = 0; i < chosen.length; i++) {
    taken.set(data.subarray(chosen[i] * columns, (chosen[i] + 1) * columns), i * columns)
  }
  return { data: taken, rows: chosen.length, columns }
}

/** A matrix of `rows` × `columns` from a function of row and column. */
export function fillMatrix(rows: number, columns: number, value: (row: number, column: number) => number): Matrix {
  const data = Float32Array.from({ length: rows * columns }, (_, at) => value(Math.floor(at / columns), at % columns))
  return { data, rows, columns }
}

export const integerFrom = (random: Random, from: number, to: number) => from + Math.floor(random() * (to - from + 1))

export const pickFrom = <T>(random: Random, values: readonly T[]) => values[integerFrom(random, 0, values.length - 1)]

/** A standard normal number (Box and Muller). */
export function normalFrom(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** 0 … count − 1 in a random order (Fisher and Yates). */
export function shuffledIndices(random: Random, count: number): Uint32Array {
  const indices = Uint32Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const j = integerFrom(random, 0, i)
    const kept = indices[i]
    indices[i] = indices[j]
    indices[j] = kept
  }
  return indices
}

/** Normal clouds of standard deviation `spread` around `centers`; point i belongs to center i mod their number. */
export function blobs(random: Random, rows: number, centers: Matrix, spread: number): Matrix {
  const { data, columns } = centers
  return fillMatrix(
    rows,
    columns,
    (row, column) => data[(row % centers.rows) * columns + column] + spread * normalFrom(random),
  )
}

/** The same rows as a re-iterable source, in chunks whose numbers of rows cycle through the given ones. */
export function sourceOf({ data, rows, columns }: Matrix, chunkRows: readonly number[]): () => AsyncIterable<Matrix> {
  return async function* () {
    for (let row = 0, chunk = 0; row < rows; chunk++) {
      const count = Math.min(chunkRows[chunk % chunkRows.length], rows - row)
      yield { data: data.slice(row * columns, (row + count) * columns), rows: count, columns }
      row += count
    }
  }
}
