import type { Executor } from '../engine/engine.js'
import { LloydError } from '../engine/error.js'
import { STATISTICS_ROWS } from '../kernels/points/column-statistics.js'
import { MAX_COLUMNS } from '../options/limits.js'
import type { GpuMatrix, Matrix, Points, TypedArray } from '../types.js'
import { checkGpuMatrix, checkMatrix, readSource, rowsToMatrix } from './matrix.js'
import { isNarrow, type OriginOf, toFloat32 } from './origin.js'

/** Bytes of points in one buffer. Larger buffers gain nothing, and smaller ones fit when memory is short. */
export const CHUNK_BYTES = 2 ** 26
/** The same for points that do not fit the device's memory and are uploaded for every pass. */
export const SMALL_CHUNK_BYTES = 2 ** 22

/** Points as a sequence of float32 blocks. */
export interface Source {
  columns: number
  /** Null until a stream has been read. */
  rows: number | null
  /**
   * The number subtracted from each column before points were rounded to float32, or null. For a caller's source it is
   * chosen by the first chunk, and known from then on.
   */
  readonly origin: Float64Array<ArrayBuffer> | null
  chunks(): AsyncIterable<{ data: Float32Array<ArrayBuffer> | GpuMatrix; rows: number }>
  resident: boolean
}

/**
 * Converts every accepted kind of points to a sequence of float32 blocks of at most CHUNK_BYTES. The size of a caller's
 * source is unknown until `chunks` has been iterated once.
 */
export async function openSource(
  executor: Executor,
  points: Points,
  name: string,
  chunkBytes: number,
  { maxColumns = MAX_COLUMNS, originOf }: { maxColumns?: number; originOf: OriginOf },
): Promise<Source> {
  const limit = Math.min(chunkBytes, executor.maxBufferBytes)
  const resident = chunkBytes > SMALL_CHUNK_BYTES
  if (typeof points === 'function') {
    // The first pass continues with the iterator opened here.
    const opened = readSource(points, name, maxColumns)
    let first: Matrix<TypedArray> | null = (await opened.next()).value ?? null
    if (!first) throw new LloydError('InputError', `the source of ${name} gave no rows`)
    const { columns } = first
    const takeFirst = () => {
      const block = first as Matrix<TypedArray>
      first = null
      return block
    }
    const blocks = async function* () {
      if (first === null) {
        yield* readSource(points, name, maxColumns, columns)
        return
      }
      try {
        yield takeFirst()
        yield* opened
      } finally {
        await opened.return(undefined)
      }
    }
    const look = isNarrow(first.data) ? null : originOf
    return callersSource(blocks, name, columns, chunkRows(limit, columns), look)
  }
  if (points && typeof points === 'object' && 'buffer' in points) {
    await checkGpuMatrix(executor, points, name, maxColumns)
    const { buffer, offset = 0, rows, columns } = points
    const slices = slicesOf(points, limit, (first, rows) => ({
      buffer,
      offset: offset + 4 * first * columns,
      rows,
      columns,
    }))
    return { columns, rows, resident: true, origin: null, chunks: slices }
  }
  const matrix = Array.isArray(points)
    ? rowsToMatrix(points as readonly ArrayLike<number>[], name, maxColumns)
    : checkMatrix(points as Matrix<TypedArray>, name, maxColumns)
  const { data, rows, columns } = matrix
  const origin = originOf(matrix, name)
  const slices = slicesOf(matrix, limit, (first, count) => {
    const part = data.subarray(first * columns, (first + count) * columns)
    const own = part instanceof Float32Array && part.buffer instanceof ArrayBuffer
    return own ? (part as Float32Array<ArrayBuffer>) : toFloat32(part, origin)
  })
  return { columns, rows, resident, origin, chunks: slices }
}

/** The caller's blocks, recut to chunks, so that results do not depend on their sizes. */
function callersSource(
  blocks: () => AsyncIterable<Matrix<TypedArray>>,
  name: string,
  columns: number,
  rowsAChunk: number,
  originOf: OriginOf | null,
): Source {
  const length = rowsAChunk * columns
  // Undefined until the first chunk is complete, whose original values are kept until then.
  let origin: Float64Array<ArrayBuffer> | null | undefined = originOf ? undefined : null
  const finish = (values: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>) => {
    const rows = values.length / columns
    if (origin === undefined) origin = originOf?.({ data: values, rows, columns }, name, values.length === length)
    return { data: values instanceof Float32Array ? values : toFloat32(values, origin ?? null), rows }
  }
  const place = (block: Float32Array | Float64Array, values: TypedArray, at: number) => {
    // Blocks and chunks begin with a row, but parts of blocks need not.
    if (!origin || block instanceof Float64Array) block.set(values, at)
    else for (let i = 0; i < values.length; i++) block[at + i] = values[i] - origin[(at + i) % columns]
  }
  return {
    columns,
    rows: null,
    resident: false,
    get origin() {
      return origin ?? null
    },
    async *chunks() {
      const begin = () => (origin === undefined ? new Float64Array(length) : new Float32Array(length))
      let block = begin()
      let filled = 0
      for await (const matrix of blocks()) {
        for (let taken = 0; taken < matrix.data.length; ) {
          const count = Math.min(matrix.data.length - taken, length - filled)
          place(block, matrix.data.subarray(taken, taken + count), filled)
          taken += count
          filled += count
          if (filled < length) continue
          yield finish(block)
          block = begin()
          filled = 0
        }
      }
      if (filled > 0) yield finish(block.subarray(0, filled))
    },
  }
}

/** Number of rows of a chunk: whole blocks, so that blocks do not depend on how points are cut. */
function chunkRows(limit: number, columns: number): number {
  return Math.max(STATISTICS_ROWS, Math.floor(limit / (4 * columns * STATISTICS_ROWS)) * STATISTICS_ROWS)
}

/** Passes over a matrix whose rows `slice` returns. */
function slicesOf<T>(
  { rows, columns }: { rows: number; columns: number },
  limit: number,
  slice: (first: number, count: number) => T,
) {
  const rowsAChunk = chunkRows(limit, columns)
  return async function* () {
    for (let first = 0; first < rows; first += rowsAChunk) {
      const count = Math.min(rowsAChunk, rows - first)
      yield { data: slice(first, count), rows: count }
    }
  }
}
