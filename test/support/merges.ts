import type { Matrix } from 'lloyd'

/** Merges in SciPy's layout: two ids, a height and a number of rows each. */
export const mergesOf = (rows: readonly (readonly number[])[]): Matrix<Float64Array> => ({
  data: Float64Array.from(rows.flat()),
  rows: rows.length,
  columns: 4,
})

/** SciPy 1.17: linkage(…, 'ward') of the six points of known-answers.md. */
export const ward = mergesOf([
  [3, 4, 0.36265956, 2],
  [1, 5, 1.77045373, 2],
  [0, 2, 2.55760419, 2],
  [6, 8, 9.10208346, 4],
  [7, 9, 24.7784379, 6],
])
