import { BufferScope, type Executor } from '../engine/engine.js'
import { LloydError } from '../engine/error.js'
import { type EngineBuffer, UNIFORM_BYTES } from '../engine/kernel.js'
import type { Matrix, Points, TypedArray } from '../types.js'
import { type Chunk, chunkLoader } from './chunks.js'
import { ColumnSummary, readRow } from './column-summary.js'
import type { OriginOf } from './origin.js'
import { CHUNK_BYTES, openSource, SMALL_CHUNK_BYTES } from './point-source.js'
import { checkWeights, weightCount } from './weights.js'

/**
 * Points in the form that kernels take. Kernels compute in working coordinates (point − shift) · scale: the shift, near
 * the middle of each column, keeps distances from cancelling, and the scale, one power of two for all columns, keeps
 * them from overflowing. Both are chosen so that they round nothing where the data have bits to spare: the shift is a
 * multiple of a power of two not above the column's range, so that integers stay integers.
 */
export interface PointSet {
  readonly rows: number
  readonly columns: number
  readonly blocks: number
  /** Number of rows of each chunk. */
  readonly chunkRows: readonly number[]
  /** The numbers subtracted from the columns in float64, before the points were rounded to float32; null: none. */
  readonly origin: Float64Array | null
  readonly shift: Float32Array
  readonly scale: number
  /** Minimum and maximum working coordinate of each column. */
  readonly least: Float64Array
  readonly greatest: Float64Array
  /** Mean and variance of each column, and the mean of the variances, in the points' own units. */
  readonly means: Float64Array
  readonly variances: Float64Array
  readonly meanVariance: number
  /** One weight per row, in units of `weightUnit`, or null. */
  readonly weights: Float32Array | null
  /** The weights of each chunk, or one unused word. */
  readonly weightBuffers: readonly EngineBuffer[]
  readonly totalWeight: number
  /** The power of two near the largest weight, so that sums neither overflow nor underflow. */
  readonly weightUnit: number
  /** The shift, in a buffer that can be bound as a uniform. */
  readonly shiftBuffer: EngineBuffer
  /** Whether the points stay on the device between passes. */
  readonly resident: boolean
  /** One pass over all points. A chunk is valid until the next one is requested. */
  pass(): AsyncIterable<Chunk> | Iterable<Chunk>
  toWorking(matrix: Matrix<TypedArray>): Float32Array<ArrayBuffer>
  /**
   * Converts centroids to the points' units; float64 if there is an origin, since float32 would not separate clusters.
   */
  fromWorking(working: Float32Array): Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>
  /** Buffers that end with the set; what is derived from the points alone may join them. */
  readonly scope: BufferScope
  release(): void
}

export interface PointSetOptions {
  weights?: ArrayLike<number>
  /** The name of the points in messages. */
  name?: string
  /** Throws if the shape does not fit the caller's other arguments; before any work if the number of rows is known. */
  check?: (rows: number, columns: number) => void
  signal?: AbortSignal
  /** Maximum number of columns, larger than that of k-means for points that are not clustered. */
  maxColumns?: number
  /** Whether points far from 0 are centred before they are rounded to float32, or refused. */
  originOf: OriginOf
}

/** Checks points and weights, uploads them to the engine (or prepares a source) and measures their columns. */
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
 * Does `work` on points that stay on the device or, if they and the buffers of the work exceed its memory, again on
 * small chunks that are uploaded for every pass.
 */
export async function withPointSet<T>(
  executor: Executor,
  points: Points,
  options: PointSetOptions,
  work: (set: PointSet, executor: Executor) => Promise<T>,
): Promise<T> {
  const attempt = async (chunkBytes: number) => {
    const set = await createPointSet(executor, points, options, chunkBytes)
    try {
      return await work(set, executor)
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
  { weights, name = 'points', check, signal, maxColumns, originOf }: PointSetOptions,
  chunkBytes: number,
): Promise<PointSet> {
  const { values: weightValues, unit: weightUnit } =
    weights !== undefined ? checkWeights(weights) : { values: null, unit: 1 }
  const source = await openSource(executor, points, name, chunkBytes, { maxColumns, originOf })
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
    ...workingCoordinates({ shift, scale, origin }, name),
    scope,
    release() {
      scope.release()
    },
  }
}

/** The conversion to working coordinates and back. */
function workingCoordinates(
  { shift, scale, origin }: Pick<PointSet, 'shift' | 'scale' | 'origin'>,
  name: string,
): Pick<PointSet, 'toWorking' | 'fromWorking'> {
  const columns = shift.length
  return {
    toWorking({ data, columns: width }) {
      // Beyond this, the squares of a row could overflow.
      const farthest = Math.sqrt(2 ** 126 / width)
      return Float32Array.from(data, (value, i) => {
        const column = i % width
        const near = origin ? value - origin[column] : Math.fround(value)
        const working = Math.fround(near - shift[column]) * scale
        if (Math.abs(working) <= farthest) return working
        const where = `row ${Math.floor(i / width)}, column ${column}`
        throw new LloydError(
          'InputError',
          `the centroids have ${value} in ${where}, too far from the ${name} for float32, given their range`,
        )
      })
    },
    fromWorking(working) {
      const values = Float64Array.from(working, (value, i) => value / scale + shift[i % columns])
      return origin ? values.map((value, i) => value + origin[i % columns]) : Float32Array.from(values)
    },
  }
}
