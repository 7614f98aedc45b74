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

/** One report of progress: `done` of `total` steps of `stage`. */
export interface Progress {
  stage: string
  done: number
  total: number
}
