import { BufferScope, type Executor } from '../engine/engine.js'
import { LloydError } from '../engine/error.js'
import type { EngineBuffer } from '../engine/kernel.js'
import { columnStatistics, STATISTICS_ROWS } from '../kernels/column-statistics.js'
import { gatherRows } from '../kernels/gather-rows.js'
import { MEASURE_BLOCK } from '../kernels/measure-points.js'
import type { GpuMatrix, Matrix, Points, TypedArray } from '../types.js'

/** Bytes of points in one buffer. Larger ones gain nothing and smaller ones fit where memory is short. */
const CHUNK_BYTES = 2 ** 26
/** And where points do not fit the device's memory and are uploaded for every pass. */
const SMALL_CHUNK_BYTES = 2 ** 22

/** Rows that lie together in one buffer. */
export interface Chunk {
  /** Number of its first row and of its first block of MEASURE_BLOCK rows, in all points. */
  firstRow: number
  firstBlock: number
  rows: number
  blocks: number
  /** Float32, row-major, as given. */
  points: EngineBuffer
  /** A weight a row, or one unused word. */
  weights: EngineBuffer
}

/**
 * Points as kernels take them. Kernels compute in working coordinates (point − shift) · scale: the shift, near the
 * middle of each column, keeps distances from cancelling, and the scale, one power of two for all columns, keeps them
 * from overflowing. Both are chosen so that they round nothing where the data have bits to spare: the shift is a
 * multiple of a power of two not above the column's range, which integers stay integers under.
 */
export interface PointSet {
  readonly rows: number
  readonly columns: number
  readonly blocks: number
  readonly shift: Float32Array
  readonly scale: number
  /** Least and greatest working coordinate of each column. */
  readonly least: Float64Array
  readonly greatest: Float64Array
  /** Mean over the columns of their variance, in the points' own units. */
  readonly meanVariance: number
  /** A weight a row, or null. */
  readonly weights: Float32Array | null
  readonly totalWeight: number
  readonly shiftBuffer: EngineBuffer
  /** Whether the points stay on the device between passes. */
  readonly resident: boolean
  /** One pass over all points. A chunk is valid until the next one is asked for. */
  pass(): AsyncIterable<Chunk>
  /** Block sums before any centroid is chosen: each block's weight. */
  blockWeights(): Float32Array<ArrayBuffer>
  toWorking(matrix: Matrix<TypedArray>): Float32Array<ArrayBuffer>
  fromWorking(working: Float32Array): Float32Array<ArrayBuffer>
  release(): void
}

interface Source {
  columns: number
  /** Null while a stream has not been read. */
  rows: number | null
  chunks(): AsyncIterable<{ data: Float32Array<ArrayBuffer> | GpuMatrix; rows: number }>
  resident: boolean
}

export interface PointSetOptions {
  weights?: ArrayLike<number>
  /** What messages call the points. */
  name?: string
  /** Throws where the shape does not go with the caller's other arguments; before any work where rows are known. */
  check?: (rows: number, columns: number) => void
  signal?: AbortSignal
}

/** Checks points and weights, brings them to the engine (or readies a source) and measures their columns. */
export async function createPointSet(
  executor: Executor,
  points: Points,
  options: PointSetOptions = {},
  chunkBytes = CHUNK_BYTES,
): Promise<PointSet> {
  const scope = new BufferScope(executor)
  try {
    return await buildPointSet(executor, scope, points, options, chunkBytes)
  } catch (error) {
    scope.release()
    throw error
  }
}

/**
 * Does `work` on points that stay on the device, or, where they and what the work needs do not fit its memory, again on
 * small chunks that are uploaded for every pass.
 */
export async function withPointSet<T>(
  executor: Executor,
  points: Points,
  options: PointSetOptions,
  work: (set: PointSet) => Promise<T>,
): Promise<T> {
  const attempt = async (chunkBytes: number) => {
    const set = await createPointSet(executor, points, options, chunkBytes)
    try {
      return await work(set)
    } finally {
      set.release()
    }
  }
  try {
    return await attempt(CHUNK_BYTES)
  } catch (error) {
    if (!(error instanceof LloydError && error.code === 'OutOfMemoryError')) throw error
    return await attempt(SMALL_CHUNK_BYTES)
  }
}

async function buildPointSet(
  executor: Executor,
  scope: BufferScope,
  points: Points,
  { weights, name = 'points', check, signal }: PointSetOptions,
  chunkBytes: number,
): Promise<PointSet> {
  const source = await openSource(executor, points, name, chunkBytes)
  const { columns } = source
  const weightValues = weights && checkWeights(weights)
  const checkRows = (count: number) => {
    if (weightValues && weightValues.length !== count) throw weightCount(weightValues.length, count)
    check?.(count, columns)
  }
  if (source.rows !== null) checkRows(source.rows)
  const chunks: Chunk[] = []
  const columnsSeen = new ColumnSummary(columns)
  let streamed: EngineBuffer | null = null

  const weightsOf = (firstRow: number, rows: number): EngineBuffer => {
    if (!weightValues) return scope.allocate('kmeans.noWeights', 4)
    if (firstRow + rows > weightValues.length) throw weightCount(weightValues.length, `at least ${firstRow + rows}`)
    return scope.upload('kmeans.weights', weightValues.subarray(firstRow, firstRow + rows))
  }
  const load = (data: Float32Array<ArrayBuffer> | GpuMatrix): EngineBuffer => {
    if (!(data instanceof Float32Array))
      return executor.borrow('kmeans.points', data.buffer, data.offset ?? 0, 4 * data.rows * data.columns)
    if (source.resident) return scope.upload('kmeans.points', data)
    if (!streamed || streamed.size < data.byteLength) {
      if (streamed) executor.release(streamed)
      streamed = scope.allocate('kmeans.points', data.byteLength)
    }
    executor.write(streamed, data)
    return streamed
  }

  let rows = 0
  for await (const { data, rows: count } of source.chunks()) {
    const buffer = load(data)
    const blocks = Math.ceil(count / MEASURE_BLOCK)
    const firstBlock = chunks.reduce((sum, chunk) => sum + chunk.blocks, 0)
    chunks.push({ firstRow: rows, firstBlock, rows: count, blocks, points: buffer, weights: weightsOf(rows, count) })
    if (rows === 0) {
      const first = await readRow(executor, buffer, 0, columns)
      columnsSeen.reference.set(first.map((value) => (Number.isFinite(value) ? value : 0)))
    }
    signal?.throwIfAborted()
    await columnsSeen.add(executor, buffer, rows, count, name)
    rows += count
  }
  if (rows === 0) throw new LloydError('InputError', `${name} has no rows; at least one is needed`)
  checkRows(rows)

  const { shift, scale, least, greatest, meanVariance } = columnsSeen.finish(rows, name)
  const blocks = chunks.reduce((sum, chunk) => sum + chunk.blocks, 0)
  return {
    rows,
    columns,
    blocks,
    shift,
    scale,
    least,
    greatest,
    meanVariance,
    weights: weightValues ?? null,
    totalWeight: weightValues ? weightValues.reduce((sum, weight) => sum + weight, 0) : rows,
    shiftBuffer: scope.upload('kmeans.shift', shift),
    resident: source.resident,
    async *pass() {
      if (source.resident) {
        yield* chunks
        return
      }
      let index = 0
      for await (const { data, rows: count } of source.chunks()) {
        const chunk = chunks[index++]
        if (!chunk || chunk.rows !== count) throw changedSource(name)
        chunk.points = load(data)
        yield chunk
      }
      if (index !== chunks.length) throw changedSource(name)
    },
    blockWeights() {
      const sums = new Float32Array(blocks)
      for (const { firstRow, firstBlock, rows: count } of chunks) {
        for (let row = 0; row < count; row++) {
          sums[firstBlock + Math.floor(row / MEASURE_BLOCK)] += weightValues ? weightValues[firstRow + row] : 1
        }
      }
      return sums
    },
    toWorking({ data, columns: width }) {
      return Float32Array.from(data, (value, i) => Math.fround(Math.fround(value) - shift[i % width]) * scale)
    },
    fromWorking(working) {
      return Float32Array.from(working, (value, i) => value / scale + shift[i % columns])
    },
    release() {
      scope.release()
    },
  }
}

function weightCount(got: number, wanted: number | string): LloydError {
  return new LloydError('InputError', `there are ${got} weights for ${wanted} points; give one a point`)
}

function changedSource(name: string): LloydError {
  return new LloydError(
    'InputError',
    `the source of ${name} gave other rows than in its first pass; it must repeat them`,
  )
}

function checkWeights(weights: ArrayLike<number>): Float32Array<ArrayBuffer> {
  const values = Float32Array.from(weights)
  const bad = values.findIndex((weight) => !(Number.isFinite(weight) && weight >= 0))
  if (bad >= 0) {
    throw new LloydError('InputError', `weights[${bad}] is ${weights[bad]}; weights are finite and not negative`)
  }
  if (!values.some((weight) => weight > 0)) {
    throw new LloydError('InputError', 'the weights are all zero; at least one must be positive')
  }
  return values
}

/** 2^exponent within what float32 and its inverse hold. */
function powerOfTwo(exponent: number): number {
  return 2 ** Math.max(-126, Math.min(126, exponent))
}

/** One row of points, as it is. Through a kernel: a caller's buffer need not have COPY_SRC. */
export async function readRow(
  executor: Executor,
  points: EngineBuffer,
  row: number,
  columns: number,
): Promise<Float32Array> {
  const gather = await executor.compile(gatherRows)
  const scope = new BufferScope(executor)
  try {
    const gathered = scope.allocate('kmeans.row', 4 * columns)
    const shift = scope.allocate('kmeans.noShift', 4 * columns)
    const rowNumbers = scope.upload('kmeans.rowNumber', new Uint32Array([row]))
    executor.run(gather, { count: 1, columns, firstTarget: 0, scale: 1 }, { points, shift, rowNumbers, gathered })
    return new Float32Array(await executor.read(gathered))
  } finally {
    scope.release()
  }
}

/** What the first pass gathers about the columns. */
class ColumnSummary {
  readonly reference: Float32Array<ArrayBuffer>
  readonly #least: Float64Array
  readonly #greatest: Float64Array
  readonly #sum: Float64Array
  readonly #squares: Float64Array

  constructor(readonly columns: number) {
    this.reference = new Float32Array(columns)
    this.#least = new Float64Array(columns).fill(Infinity)
    this.#greatest = new Float64Array(columns).fill(-Infinity)
    this.#sum = new Float64Array(columns)
    this.#squares = new Float64Array(columns)
  }

  async add(executor: Executor, points: EngineBuffer, firstRow: number, rows: number, name: string): Promise<void> {
    const { columns } = this
    const kernel = await executor.compile(columnStatistics)
    const blocks = Math.ceil(rows / STATISTICS_ROWS)
    const scope = new BufferScope(executor)
    try {
      const statistics = scope.allocate('kmeans.statistics', 16 * blocks * columns)
      const firstBad = scope.upload('kmeans.firstBad', new Uint32Array([0xffffffff]))
      const reference = scope.upload('kmeans.reference', this.reference)
      const measure = async (scale: number) => {
        executor.run(kernel, { rows, columns, blocks, scale }, { points, reference, statistics, firstBad })
        return new Float32Array(await executor.read(statistics))
      }
      const values = await measure(1)
      const [bad] = new Uint32Array(await executor.read(firstBad))
      if (bad !== 0xffffffff) {
        const row = Math.floor(bad / columns)
        const found = await readRow(executor, points, row, columns)
        throw notFinite(name, found[bad % columns], firstRow + row, bad % columns)
      }
      let range = 0
      for (let i = 0; i < values.length; i += 4) range = Math.max(range, values[i + 1] - values[i])
      // Squares of values far from 1 overflow float32 or vanish; a second look has them near 1.
      const far = range > 2 ** 50 || (range > 0 && range < 2 ** -50)
      const scale = far ? powerOfTwo(-Math.round(Math.log2(range))) : 1
      const moments = far ? await measure(scale) : values
      for (let i = 0; i < blocks * columns; i++) {
        const column = i % columns
        this.#least[column] = Math.min(this.#least[column], values[4 * i])
        this.#greatest[column] = Math.max(this.#greatest[column], values[4 * i + 1])
        this.#sum[column] += moments[4 * i + 2] / scale
        this.#squares[column] += moments[4 * i + 3] / scale / scale
      }
    } finally {
      scope.release()
    }
  }

  finish(rows: number, name: string) {
    const { columns } = this
    const shift = new Float32Array(columns)
    let widest = 0
    let variance = 0
    for (let column = 0; column < columns; column++) {
      const range = this.#greatest[column] - this.#least[column]
      const mean = this.reference[column] + this.#sum[column] / rows
      variance += Math.max(0, this.#squares[column] / rows - (this.#sum[column] / rows) ** 2)
      // A constant column is shifted to 0; another by a multiple of the power of two at or below its range.
      const unit = range > 0 ? 2 ** Math.floor(Math.log2(range)) : 0
      shift[column] = unit > 0 ? Math.round(mean / unit) * unit : this.#least[column]
      widest = Math.max(widest, range)
    }
    if (widest > 2 ** 127) {
      throw new LloydError('InputError', `${name} range over ${widest}; float32 differences overflow, scale them down`)
    }
    const scale = widest > 0 ? powerOfTwo(-Math.ceil(Math.log2(widest))) : 1
    return {
      shift,
      scale,
      least: this.#least.map((value, column) => (value - shift[column]) * scale),
      greatest: this.#greatest.map((value, column) => (value - shift[column]) * scale),
      meanVariance: variance / columns,
    }
  }
}

/** Brings every accepted kind of points to one: a sequence of float32 blocks of at most CHUNK_BYTES. */
async function openSource(executor: Executor, points: Points, name: string, chunkBytes: number): Promise<Source> {
  const limit = Math.min(chunkBytes, executor.maxBufferBytes)
  const resident = chunkBytes > SMALL_CHUNK_BYTES
  if (typeof points === 'function') {
    let columns = 0
    for await (const matrix of points()) {
      columns = checkMatrix(matrix, name).columns
      break
    }
    if (columns === 0) throw new LloydError('InputError', `the source of ${name} gave no rows`)
    const rowsAChunk = chunkRows(limit, columns)
    return {
      columns,
      rows: null,
      resident: false,
      async *chunks() {
        // Cut anew, so that nothing depends on how the source cuts.
        let block = new Float32Array(rowsAChunk * columns)
        let filled = 0
        for await (const matrix of points()) {
          if (checkMatrix(matrix, name).columns !== columns) {
            throw new LloydError('InputError', `the source of ${name} gave ${matrix.columns} columns after ${columns}`)
          }
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
    return matrixSource(rowsToMatrix(points as readonly ArrayLike<number>[], name), limit, resident)
  if (points && typeof points === 'object' && 'buffer' in points) return gpuSource(executor, points, limit, name)
  return matrixSource(checkMatrix(points as Matrix<TypedArray>, name), limit, resident)
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

function gpuSource(executor: Executor, matrix: GpuMatrix, limit: number, name: string): Source {
  const { buffer, offset = 0, rows, columns } = matrix
  checkShape(rows, columns, name)
  if (!executor.device) throw new LloydError('InputError', `${name} are on a GPU; they need the engine of their device`)
  const STORAGE = 0x80
  if (!(buffer.usage & STORAGE)) throw new LloydError('InputError', `${name} need a buffer with GPUBufferUsage.STORAGE`)
  if (offset % 256 !== 0) throw new LloydError('InputError', `${name}.offset must be a multiple of 256, got ${offset}`)
  if (offset + 4 * rows * columns > buffer.size) {
    throw new LloydError('InputError', `${name}: ${rows} × ${columns} float32 at ${offset} exceed ${buffer.size} bytes`)
  }
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

/** An array of rows as a matrix. */
export function rowsToMatrix(rows: readonly ArrayLike<number>[], name: string): Matrix {
  const columns = rows[0]?.length ?? 0
  checkShape(rows.length, columns, name)
  const data = new Float32Array(rows.length * columns)
  for (const [index, row] of rows.entries()) {
    if (row.length !== columns) {
      throw new LloydError('InputError', `${name}[${index}] has ${row.length} columns, the rows before ${columns}`)
    }
    data.set(row, index * columns)
  }
  return { data, rows: rows.length, columns }
}

/** Checks that a value is a matrix with at least one row and column. */
export function checkMatrix(matrix: Matrix<TypedArray>, name: string): Matrix<TypedArray> {
  if (typeof matrix !== 'object' || matrix === null || !ArrayBuffer.isView(matrix.data)) {
    throw new LloydError(
      'InputError',
      `${name} must be { data, rows, columns }, an array of rows, a GpuMatrix or a source`,
    )
  }
  checkShape(matrix.rows, matrix.columns, name)
  if (matrix.data.length !== matrix.rows * matrix.columns) {
    throw new LloydError(
      'InputError',
      `${name}.data has ${matrix.data.length} elements; ${matrix.rows} × ${matrix.columns} are ${matrix.rows * matrix.columns}`,
    )
  }
  return matrix
}

export const MAX_COLUMNS = 4096

function checkShape(rows: number, columns: number, name: string): void {
  for (const [key, value, most] of [
    ['rows', rows, Number.MAX_SAFE_INTEGER],
    ['columns', columns, MAX_COLUMNS],
  ] as const) {
    if (!Number.isInteger(value) || value < 1 || value > most) {
      throw new LloydError('InputError', `${name}.${key} must be an integer from 1 to ${most}, got ${String(value)}`)
    }
  }
}

/** A small matrix of any accepted kind, as centroids are given, in memory; finite float32 numbers. */
export async function toMatrix(executor: Executor, points: Points, name: string): Promise<Matrix<TypedArray>> {
  const matrix = await loadMatrix(executor, points, name)
  const bad = matrix.data.findIndex((value: number) => !Number.isFinite(Math.fround(value)))
  if (bad >= 0) throw notFinite(name, matrix.data[bad], Math.floor(bad / matrix.columns), bad % matrix.columns)
  return matrix
}

async function loadMatrix(executor: Executor, points: Points, name: string): Promise<Matrix<TypedArray>> {
  if (Array.isArray(points)) return rowsToMatrix(points as readonly ArrayLike<number>[], name)
  if (typeof points === 'function') {
    const blocks: Matrix<TypedArray>[] = []
    for await (const block of points()) blocks.push(checkMatrix(block, name))
    const columns = blocks[0]?.columns ?? 0
    const data = Float32Array.from(blocks.flatMap((block) => Array.from(block.data)))
    return checkMatrix({ data, rows: data.length / columns, columns }, name)
  }
  if (points && typeof points === 'object' && 'buffer' in points) {
    gpuSource(executor, points, executor.maxBufferBytes, name)
    const { buffer, offset = 0, rows, columns } = points
    const bytes = await executor.read(executor.borrow(name, buffer, offset, 4 * rows * columns))
    return { data: new Float32Array(bytes), rows, columns }
  }
  return checkMatrix(points as Matrix<TypedArray>, name)
}

/** What is thrown for NaN and infinity. */
export function notFinite(name: string, value: number, row: number, column: number): LloydError {
  return new LloydError('InputError', `${name} has ${value} in row ${row}, column ${column}; remove or replace it`)
}
