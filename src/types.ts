export type TypedArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array

/** A row-major matrix: element (r, c) is `data[r * columns + c]`. */
export interface Matrix<T extends TypedArray = Float32Array> {
  data: T
  rows: number
  columns: number
}

/** A progress report: `done` of `total` units of work of `stage`. */
export interface Progress {
  stage: string
  done: number
  total: number
}

/** A float32 row-major matrix in a buffer on the engine's device; `offset` in bytes, a multiple of 256. */
export interface GpuMatrix {
  buffer: GPUBuffer
  offset?: number
  rows: number
  columns: number
}

/**
 * Points, one a row: a matrix (rounded to float32), a matrix on the GPU, an array of rows, or a source of matrices with
 * the same number of columns, read once per pass, for data larger than memory.
 */
export type Points =
  | Matrix<TypedArray>
  | GpuMatrix
  | readonly ArrayLike<number>[]
  | (() => AsyncIterable<Matrix<TypedArray>>)
