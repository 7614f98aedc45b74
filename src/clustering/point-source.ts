import type { Executor } from '../engine/engine.js'
import { LloydError } from '../engine/error.js'
import type { GpuMatrix, Matrix, Points, TypedArray } from '../types.js'
import { checkGpuMatrix, checkMatrix, MAX_COLUMNS, readSource, rowsToMatrix } from './matrix.js'

/** Bytes of points in one buffer. Larger ones gain nothing and smaller ones fit where memory is short. */
export const CHUNK_BYTES = 2 ** 26
/** And where points do not fit the device's memory and are uploaded for every pass. */
export const SMALL_CHUNK_BYTES = 2 ** 22

/** Points as a sequence of float32 blocks. */
export interface Source {
  columns: number
  /** Null while a stream has not been read. */
  rows: number | null
  chunks(): AsyncIterable<{ data: Float32Array<ArrayBuffer> | GpuMatrix; rows: number }>
  resident: boolean
}

/**
 * Brings every accepted kind of points to one: a sequence of float32 blocks of at most CHUNK_BYTES. A source of the
 * caller's is open then, until `chunks` was gone through once.
 */
export async function openSource(
  executor: Executor,
  points: Points,
  name: string,
  chunkBytes: number,
  mostColumns = MAX_COLUMNS,
): Promise<Source> {
  const limit = Math.min(chunkBytes, executor.maxBufferBytes)
  const resident = chunkBytes > SMALL_CHUNK_BYTES
  if (typeof points === 'function') {
    // The first pass goes on with what is opened here.
    const opened = readSource(points, name, mostColumns)
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
        yield* readSource(points, name, mostColumns, columns)
        return
      }
      try {
        yield takeFirst()
        yield* opened
      } finally {
        await opened.return(undefined)
      }
    }
    const rowsAChunk = chunkRows(limit, columns)
    return {
      columns,
      rows: null,
      resident: false,
      async *chunks() {
        // Cut anew, so that nothing depends on how the source cuts.
        let block = new Float32Array(rowsAChunk * columns)
        let filled = 0
        for await (const matrix of blocks()) {
          for (let taken = 0; taken < matrix.data.length; ) {
            const count = Math.min(matrix.data.length - taken, block.length - filled)
            block.set(matrix.data.subarray(taken, taken + count), filled)
            taken += count
            filled += count
            if (filled < block.length) continue
            yield { data: block, rows: rowsAChunk }
            block = new Float32Array(rowsAChunk * columns)
            filled = 0
          }
        }
        if (filled > 0) yield { data: block.subarray(0, filled), rows: filled / columns }
      },
    }
  }
  if (Array.isArray(points))
    return matrixSource(rowsToMatrix(points as readonly ArrayLike<number>[], name, mostColumns), limit, resident)
  if (points && typeof points === 'object' && 'buffer' in points) {
    await checkGpuMatrix(executor, points, name, mostColumns)
    return gpuSource(points, limit)
  }
  return matrixSource(checkMatrix(points as Matrix<TypedArray>, name, mostColumns), limit, resident)
}

/** Rows of a chunk: whole blocks, so that blocks do not depend on how points are cut. */
function chunkRows(limit: number, columns: number): number {
  return Math.max(256, Math.floor(limit / (4 * columns * 256)) * 256)
}

function matrixSource(matrix: Matrix<TypedArray>, limit: number, resident: boolean): Source {
  const rowsAChunk = chunkRows(limit, matrix.columns)
  return {
    columns: matrix.columns,
    rows: matrix.rows,
    resident,
    async *chunks() {
      yield* slices(matrix, rowsAChunk)
    },
  }
}

function* slices({ data, rows, columns }: Matrix<TypedArray>, rowsAChunk: number) {
  for (let first = 0; first < rows; first += rowsAChunk) {
    const count = Math.min(rowsAChunk, rows - first)
    const part = data.subarray(first * columns, (first + count) * columns)
    const own = part instanceof Float32Array && part.buffer instanceof ArrayBuffer
    yield { data: (own ? part : Float32Array.from(part)) as Float32Array<ArrayBuffer>, rows: count }
  }
}

function gpuSource({ buffer, offset = 0, rows, columns }: GpuMatrix, limit: number): Source {
  const rowsAChunk = chunkRows(limit, columns)
  return {
    columns,
    rows,
    resident: true,
    async *chunks() {
      for (let first = 0; first < rows; first += rowsAChunk) {
        const count = Math.min(rowsAChunk, rows - first)
        yield { data: { buffer, offset: offset + 4 * first * columns, rows: count, columns }, rows: count }
      }
    },
  }
}
