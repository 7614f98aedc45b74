import { BufferScope, type Executor } from '../engine/engine.js'
import { BUFFER_COPY_SRC } from '../engine/usage.js'
import { gatherRows } from '../kernels/points/gather-rows.js'
import { MAX_COLUMNS } from '../options/limits.js'
import type { GpuMatrix, Matrix, Points, TypedArray } from '../types.js'
import { checkGpuMatrix, checkMatrix, notFinite, readSource, rowsToMatrix } from './matrix.js'

/**
 * Points of any kind in memory, for methods that sort them. Values stay as they were given.
 *
 * @throws LloydError `InputError` for what is not points, and for NaN, infinity and what is beyond float32 (with row and column)
 */
export async function loadPoints(executor: Executor, points: Points, name: string): Promise<Matrix<TypedArray>> {
  const matrix = await load(executor, points, name)
  const { data, columns } = matrix
  for (let i = 0; i < data.length; i++) {
    if (Math.abs(Math.fround(data[i])) < Infinity) continue
    throw notFinite(name, data[i], Math.floor(i / columns), i % columns)
  }
  return matrix
}

async function load(executor: Executor, points: Points, name: string): Promise<Matrix<TypedArray>> {
  if (typeof points === 'function') return await loadSource(points, name)
  if (Array.isArray(points)) return rowsToMatrix(points as readonly ArrayLike<number>[], name)
  const isOnDevice = typeof points === 'object' && points !== null && 'buffer' in points
  if (!isOnDevice) return checkMatrix(points as Matrix<TypedArray>, name)
  await checkGpuMatrix(executor, points, name)
  const { rows, columns } = points
  return { data: await readMatrix(executor, points), rows, columns }
}

async function loadSource(source: () => AsyncIterable<Matrix<TypedArray>>, name: string): Promise<Matrix<TypedArray>> {
  const blocks: Matrix<TypedArray>[] = []
  for await (const block of readSource(source, name, MAX_COLUMNS)) blocks.push({ ...block, data: block.data.slice() })
  const columns = blocks[0]?.columns ?? 0
  const rows = blocks.reduce((sum, block) => sum + block.rows, 0)
  const exact = blocks.every(({ data }) => data instanceof Float32Array)
  const data = exact ? new Float32Array(rows * columns) : new Float64Array(rows * columns)
  let at = 0
  for (const block of blocks) {
    data.set(block.data, at)
    at += block.data.length
  }
  return checkMatrix({ data, rows, columns }, name)
}

/** Reads a matrix of the device; through a kernel where its buffer has no COPY_SRC. */
async function readMatrix(executor: Executor, { buffer, offset = 0, rows, columns }: GpuMatrix): Promise<Float32Array> {
  const points = executor.borrow('points', buffer, offset, 4 * rows * columns)
  if (buffer.usage & BUFFER_COPY_SRC) return new Float32Array(await executor.read(points))
  const gather = await executor.compile(gatherRows)
  const scope = new BufferScope(executor)
  try {
    const gathered = scope.allocate('points.copy', 4 * rows * columns)
    const shift = scope.allocate('points.noShift', 4 * columns)
    const rowNumbers = scope.upload(
      'points.rowNumbers',
      Uint32Array.from({ length: rows }, (_, row) => row),
    )
    executor.run(gather, { count: rows, columns, firstTarget: 0, scale: 1 }, { points, shift, rowNumbers, gathered })
    return new Float32Array(await executor.read(gathered))
  } finally {
    scope.release()
  }
}
