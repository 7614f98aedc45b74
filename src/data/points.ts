import { BufferScope, type Executor } from '../engine/engine.js'
import { LloydError } from '../engine/error.js'
import { type EngineBuffer, UNIFORM_BYTES } from '../engine/kernel.js'
import { MEASURE_BLOCK } from '../kernels/points/point-blocks.js'
import type { Matrix, Points, TypedArray } from '../types.js'
import { type Chunk, chunkLoader } from './chunks.js'
import { ColumnSummary, readRow } from './column-summary.js'
import type { OriginOf } from './origin.js'
import { CHUNK_BYTES, openSource, SMALL_CHUNK_BYTES } from './point-source.js'
import { checkWeights, weightCount } from './weights.js'

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
  /** Rows of each chunk. */
  readonly chunkRows: readonly number[]
  /** What was taken from the points in float64, before they were rounded to float32; null: nothing. */
  readonly origin: Float64Array | null
  readonly shift: Float32Array
  readonly scale: number
  /** Least and greatest working coordinate of each column. */
  readonly least: Float64Array
  readonly greatest: Float64Array
  /** Mean and variance of each column, and the mean of the variances, in the points' own units. */
  readonly means: Float64Array
  readonly variances: Float64Array
  readonly meanVariance: number
  /** A weight a row, in units of `weightUnit`, or null. */
  readonly weights: Float32Array | null
  /** Of each chunk, or one unused word. */
  readonly weightBuffers: readonly EngineBuffer[]
  readonly totalWeight: number
  /** A power of two that brings the largest weight near 1, so that sums neither overflow nor vanish. */
  readonly weightUnit: number
  /** The shift, in a buffer that can be bound as uniform. */
  readonly shiftBuffer: EngineBuffer
  /** Whether the points stay on the device between passes. */
  readonly resident: boolean
  /** One pass over all points. A chunk is valid until the next one is asked for. */
  pass(): AsyncIterable<Chunk> | Iterable<Chunk>
  /** Block sums before any centroid is chosen: each block's weight. */
  blockWeights(): Float32Array<ArrayBuffer>
  toWorking(matrix: Matrix<TypedArray>): Float32Array<ArrayBuffer>
  /** Float64 where there is an origin: float32 would not tell clusters apart. */
  fromWorking(working: Float32Array): Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>
  release(): void
}

export interface PointSetOptions {
  weights?: ArrayLike<number>
  /** What messages call the points. */
  name?: string
  /** Throws where the shape does not go with the caller's other arguments; before any work where rows are known. */
  check?: (rows: number, columns: number) => void
  signal?: AbortSignal
  /** More than k-means takes, for points that are not clustered. */
  mostColumns?: number
  /** What is taken from points that lie far from 0 before they are rounded to float32, or whether they are refused. */
  originOf: OriginOf
}

/** Checks points and weights, brings them to the engine (or readies a source) and measures their columns. */
export async function createPointSet(
  executor: Executor,
  points: Points,
  options: PointSetOptions,
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
  { weights, name = 'points', check, signal, mostColumns, originOf }: PointSetOptions,
  chunkBytes: number,
): Promise<PointSet> {
  const { values: weightValues, unit: weightUnit } =
    weights !== undefined ? checkWeights(weights) : { values: null, unit: 1 }
  const source = await openSource(executor, points, name, chunkBytes, { mostColumns, originOf })
  const { columns, resident } = source
  const checkRows = (count: number) => {
    if (weightValues && weightValues.length !== count) throw weightCount(weightValues.length, count)
    check?.(count, columns)
  }
  if (source.rows !== null) checkRows(source.rows)
  const { chunks, load, reload } = chunkLoader(executor, scope, source, name, weightValues)
  const columnsSeen = new ColumnSummary(columns)
  let rows = 0
  for await (const { chunk, data } of load()) {
    if (rows === 0) {
      const first =
        data instanceof Float32Array ? data.subarray(0, columns) : await readRow(executor, chunk.points, 0, columns)
      columnsSeen.reference.set(first.map((value) => (Number.isFinite(value) ? value : 0)))
    }
    await columnsSeen.add(executor, chunk, name, signal)
    rows += chunk.rows
  }
  if (rows === 0) throw new LloydError('InputError', `${name} has no rows; at least one is needed`)
  checkRows(rows)

  const summary = columnsSeen.finish(rows, name)
  const { shift, scale, means } = summary
  const { origin } = source
  const blocks = chunks.reduce((sum, chunk) => sum + chunk.blocks, 0)
  return {
    rows,
    columns,
    blocks,
    chunkRows: chunks.map((chunk) => chunk.rows),
    origin,
    ...summary,
    means: origin ? means.map((mean, column) => mean + origin[column]) : means,
    weights: weightValues,
    weightBuffers: chunks.map((chunk) => chunk.weights),
    totalWeight: weightValues?.reduce((sum, weight) => sum + weight, 0) ?? rows,
    weightUnit,
    shiftBuffer: scope.upload('kmeans.shift', shift, UNIFORM_BYTES),
    resident,
    pass: resident ? () => chunks : reload,
    blockWeights: () => weightsOfBlocks(chunks, blocks, weightValues),
    ...workingCoordinates({ shift, scale, origin }, name),
    release: () => scope.release(),
  }
}

function weightsOfBlocks(chunks: readonly Chunk[], blocks: number, weights: Float32Array | null) {
  const sums = new Float32Array(blocks)
  for (const { firstRow, firstBlock, rows } of chunks) {
    for (let row = 0; row < rows; row++) {
      sums[firstBlock + Math.floor(row / MEASURE_BLOCK)] += weights ? weights[firstRow + row] : 1
    }
  }
  return sums
}

/** The way to working coordinates and back. */
function workingCoordinates(
  { shift, scale, origin }: Pick<PointSet, 'shift' | 'scale' | 'origin'>,
  name: string,
): Pick<PointSet, 'toWorking' | 'fromWorking'> {
  const columns = shift.length
  return {
    toWorking({ data, columns: width }) {
      // Beyond, the squares of a row could overflow.
      const farthest = Math.sqrt(2 ** 126 / width)
      return Float32Array.from(data, (value, i) => {
        const column = i % width
        const near = origin ? value - origin[column] : Math.fround(value)
        const working = Math.fround(near - shift[column]) * scale
        if (Math.abs(working) <= farthest) return working
        const where = `row ${Math.floor(i / width)}, column ${column}`
        throw new LloydError(
          'InputError',
          `the centroids have ${value} in ${where}, too far from the ${name} for float32 beside how these range`,
        )
      })
    },
    fromWorking(working) {
      const values = Float64Array.from(working, (value, i) => value / scale + shift[i % columns])
      return origin ? values.map((value, i) => value + origin[i % columns]) : Float32Array.from(values)
    },
  }
}
