import { expect } from 'vitest'

interface Outcome {
  palette: Uint8Array
  indices: Uint8Array | Uint16Array
  width: number
  height: number
  colors: number
  centroids: { data: ArrayLike<number>; rows: number; columns: number }
  mse: number
  oklabMse: number
  iterations: number
  uniqueColors: number
}

/**
 * Asserts that two results agree in every field, byte and label; reports the first difference instead of whole arrays.
 */
export function expectSame(actual: Outcome, expected: Outcome, what: string): void {
  const scalars = ({ width, height, colors, mse, oklabMse, iterations, uniqueColors }: Outcome) => ({
    width,
    height,
    colors,
    mse,
    oklabMse,
    iterations,
    uniqueColors,
  })
  expect(scalars(actual), what).toEqual(scalars(expected))
  expectSameValues(actual.palette, expected.palette, `${what}: palette`)
  expectSameValues(actual.indices, expected.indices, `${what}: indices`)
  expect(actual.indices.constructor.name, `${what}: type of indices`).toBe(expected.indices.constructor.name)
  expect(actual.centroids.rows, `${what}: centroids.rows`).toBe(expected.centroids.rows)
  expect(actual.centroids.columns, `${what}: centroids.columns`).toBe(expected.centroids.columns)
  expectSameValues(actual.centroids.data, expected.centroids.data, `${what}: centroids`)
}

export function expectSameValues(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  expect(actual.length, `${what}: length`).toBe(expected.length)
  for (let i = 0; i < expected.length; i++) {
    if (actual[i] !== expected[i]) expect.fail(`${what}: at ${i} there is ${actual[i]}, expected ${expected[i]}`)
  }
}
