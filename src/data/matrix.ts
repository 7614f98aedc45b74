import type { Executor } from '../engine/engine.js'
import { LloydError, mustBe, requireInteger } from '../engine/error.js'
import { BUFFER_COPY_SRC, BUFFER_STORAGE, STAGE_COMPUTE } from '../engine/usage.js'
import { MAX_COLUMNS } from '../options/limits.js'
import type { GpuMatrix, Matrix, Points, TypedArray } from '../types.js'

/** Number of columns of matrices that only the device's memory limits. */
export const ANY_COLUMNS = 2 ** 53 - 1

/** Converts an array of rows to a matrix of the same numbers. Anything but numbers is refused. */
export function rowsToMatrix(
  rows: readonly ArrayLike<number>[],
  name: string,
  maxColumns = MAX_COLUMNS,
): Matrix<Float64Array<ArrayBuffer>> {
  if (rows.length > 0) requireRow(rows[0], 0, name)
  const columns = rows[0]?.length ?? 0
  checkShape(rows.length, columns, name, maxColumns)
  const data = new Float64Array(rows.length * columns)
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]
    requireRow(row, index, name)
    if (row.length !== columns) {
      throw new LloydError('InputError', `${name}[${index}] has ${row.length} columns, the rows before ${columns}`)
    }
    for (let column = 0; column < columns; column++) {
      const value: unknown = row[column]
      if (typeof value !== 'number') throw notFinite(name, value, index, column)
      data[index * columns + column] = value
    }
  }
  return { data, rows: rows.length, columns }
}

function requireRow(row: unknown, index: number, name: string): asserts row is ArrayLike<number> {
  if (typeof row === 'object' && row !== null && typeof (row as ArrayLike<number>).length === 'number') return
  throw new LloydError('InputError', `${name}[${index}] is not an array of numbers but ${describeValue(row)}`)
}

/** Checks that a value is a matrix with at least one row and column. */
export function checkMatrix(matrix: Matrix<TypedArray>, name: string, maxColumns = MAX_COLUMNS): Matrix<TypedArray> {
  if (typeof matrix !== 'object' || matrix === null || !ArrayBuffer.isView(matrix.data)) {
    throw new LloydError(
      'InputError',
      `${name} must be { data, rows, columns }, an array of rows, a GpuMatrix or a source`,
    )
  }
  if (/^Big/.test(matrix.data.constructor.name)) {
    throw new LloydError('InputError', `${name}.data is a ${matrix.data.constructor.name}; convert it to Float64Array`)
  }
  checkShape(matrix.rows, matrix.columns, name, maxColumns)
  if (matrix.data.length !== matrix.rows * matrix.columns) {
    throw new LloydError(
      'InputError',
      `${name}.data has ${matrix.data.length} elements; ${matrix.rows} × ${matrix.columns} are ${matrix.rows * matrix.columns}`,
    )
  }
  return matrix
}

/** The smallest normal float32, below which GPUs may flush to zero. */
export const MIN_NORMAL = 2 ** -126

/** Throws if points in memory are not all zero, but all vanish in float32. Usually reads one number. */
export function refuseVanishing(points: Points, name: string): void {
  let largest = 0
  for (const row of Array.isArray(points) ? points : 'data' in points ? [points.data] : []) {
    for (let i = 0; i < row.length; i++) {
      largest = Math.max(largest, Math.abs(row[i]))
      if (!(largest < MIN_NORMAL)) return
    }
  }
  if (largest === 0) return
  throw new LloydError('InputError', `${name} are at most ${largest}, which is zero in float32; scale them up`)
}

function checkShape(rows: number, columns: number, name: string, maxColumns: number): void {
  requireInteger(`${name}.rows`, rows, 1, Number.MAX_SAFE_INTEGER)
  requireInteger(`${name}.columns`, columns, 1, maxColumns)
}

/** Checks that a matrix on the GPU lies within its buffer, and that the engine's device can bind it. */
export async function checkGpuMatrix(
  executor: Executor,
  matrix: GpuMatrix,
  name: string,
  maxColumns = MAX_COLUMNS,
): Promise<void> {
  const { buffer, offset = 0, rows, columns } = matrix
  checkShape(rows, columns, name, maxColumns)
  if (!executor.device) throw new LloydError('InputError', `${name} are on a GPU; they need the engine of their device`)
  requireStorageBuffer(name, buffer)
  if (offset < 0 || offset % 256 !== 0) throw mustBe(`${name}.offset`, 'a multiple of 256', offset)
  if (offset + 4 * rows * columns > buffer.size) {
    throw new LloydError('InputError', `${name}: ${rows} × ${columns} float32 at ${offset} exceed ${buffer.size} bytes`)
  }
  await requireBindable(executor, name, buffer, offset)
}

/** Throws an `InputError` for anything but a GPUBuffer that shaders can use, as far as its properties tell. */
export function requireStorageBuffer(name: string, buffer: GPUBuffer): void {
  if (typeof buffer?.getMappedRange !== 'function') {
    throw mustBe(name, 'in a GPUBuffer', buffer)
  }
  if (!(buffer.usage & BUFFER_STORAGE))
    throw new LloydError('InputError', `${name} need a buffer with GPUBufferUsage.STORAGE`)
  if (buffer.mapState === 'mapped' || buffer.mapState === 'pending') {
    throw new LloydError('InputError', `${name} are in a mapped buffer; unmap() it before the device uses it`)
  }
}

/**
 * Throws an `InputError` for a buffer that the device refuses. Submits an empty pass, since there is no other way to
 * ask.
 */
export async function requireBindable(executor: Executor, name: string, buffer: GPUBuffer, offset = 0): Promise<void> {
  const type = 'read-only-storage'
  const device = executor.device as GPUDevice
  const failure = `${name} need a buffer of the engine's device that is neither destroyed nor mapped`
  executor.submit()
  const refused = await executor.apart(() =>
    executor.encode(failure, (encoder) => {
      const layout = device.createBindGroupLayout({
        entries: [{ binding: 0, visibility: STAGE_COMPUTE, buffer: { type } }],
      })
      const entries = [{ binding: 0, resource: { buffer, offset, size: 4 } }]
      const pass = encoder.beginComputePass({ label: 'lloyd.try' })
      pass.setBindGroup(0, device.createBindGroup({ label: 'lloyd.try', layout, entries }))
      pass.end()
    }),
  )
  if (refused) throw refused
}

/** The non-empty blocks of a source, all with the same number of columns: `columns`, if known. */
export async function* readSource(
  source: () => AsyncIterable<Matrix<TypedArray>>,
  name: string,
  maxColumns: number,
  columns = 0,
): AsyncGenerator<Matrix<TypedArray>> {
  let expected = columns
  const blocks: Partial<AsyncIterable<unknown> & Iterable<unknown>> = source()
  if (!blocks?.[Symbol.asyncIterator] && !blocks?.[Symbol.iterator]) {
    throw new LloydError('InputError', `the source of ${name} must return an async iterable, got ${String(blocks)}`)
  }
  for await (const block of blocks as AsyncIterable<Matrix<TypedArray>>) {
    if (block?.rows === 0) continue
    checkMatrix(block, name, maxColumns)
    if (expected !== 0 && block.columns !== expected) {
      throw new LloydError('InputError', `the source of ${name} gave ${block.columns} columns after ${expected}`)
    }
    expected = block.columns
    yield block
  }
}

/** Reads a small matrix of any accepted kind, such as centroids, into memory, as finite float32 numbers. */
export async function toMatrix(
  executor: Executor,
  points: Points,
  name: string,
  maxColumns = MAX_COLUMNS,
): Promise<Matrix<TypedArray>> {
  const matrix = await loadMatrix(executor, points, name, maxColumns)
  const bad = matrix.data.findIndex((value: number) => !Number.isFinite(Math.fround(value)))
  if (bad >= 0) throw notFinite(name, matrix.data[bad], Math.floor(bad / matrix.columns), bad % matrix.columns)
  return matrix
}

async function loadMatrix(
  executor: Executor,
  points: Points,
  name: string,
  maxColumns: number,
): Promise<Matrix<TypedArray>> {
  if (Array.isArray(points)) return rowsToMatrix(points as readonly ArrayLike<number>[], name, maxColumns)
  if (typeof points === 'function') {
    const blocks: Matrix<TypedArray>[] = []
    for await (const block of readSource(points, name, maxColumns)) blocks.push(block)
    const columns = blocks[0]?.columns ?? 0
    const data = Float64Array.from(blocks.flatMap((block) => Array.from(block.data)))
    return checkMatrix({ data, rows: data.length / columns, columns }, name, maxColumns)
  }
  if (points && typeof points === 'object' && 'buffer' in points) {
    await checkGpuMatrix(executor, points, name, maxColumns)
    const { buffer, offset = 0, rows, columns } = points
    if (!(buffer.usage & BUFFER_COPY_SRC)) {
      throw new LloydError(
        'InputError',
        `${name} are read by the host; they need a buffer with GPUBufferUsage.COPY_SRC`,
      )
    }
    const bytes = await executor.read(executor.borrow(name, buffer, offset, 4 * rows * columns))
    return { data: new Float32Array(bytes), rows, columns }
  }
  return checkMatrix(points as Matrix<TypedArray>, name, maxColumns)
}

/** A short description of a value of any type. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string')
    return `the text ${JSON.stringify(value.length > 40 ? `${value.slice(0, 39)}…` : value)}`
  if (typeof value === 'bigint') return `the BigInt ${value}`
  if (Array.isArray(value)) return 'an array'
  if (value instanceof Date) return 'a Date'
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}

/** The error for NaN, infinity and anything but a number, which JavaScript would convert to 0, 1 or NaN. */
export function notFinite(name: string, value: unknown, row: number, column: number): LloydError {
  const where = `${describeValue(value)} in row ${row}, column ${column}`
  return new LloydError('InputError', `${name} has ${where}; remove or replace it`)
}
