import { ANY_COLUMNS, checkGpuMatrix, checkMatrix, rowsToMatrix } from '../data/matrix.js'
import { BufferScope, type Engine, type Executor, executorOf } from '../engine/engine.js'
import { LloydError } from '../engine/error.js'
import type { EngineBuffer } from '../engine/kernel.js'
import { requireOutput } from '../engine/output.js'
import { detach } from '../engine/webgpu/detach.js'
import { MULTIPLY } from '../options/linear.js'
import { readOptions } from '../options/table.js'
import type { GpuMatrix, Matrix, TypedArray } from '../types.js'
import { MatrixProduct } from './product.js'
import { tuneForWork } from './tune.js'

/** A factor of a product. */
export type Factor = Matrix<TypedArray> | GpuMatrix | readonly ArrayLike<number>[]

export interface MultiplyOptions<O extends 'cpu' | 'gpu' = 'cpu' | 'gpu'> {
  /** Whether to transpose the first or second matrix; default false. */
  transposeA?: boolean
  transposeB?: boolean
  /** Number of products, 1 … 2²⁴, of matrices stacked row-wise in `a` and `b`, as the products will be; default 1. */
  batches?: number
  /** `'gpu'` gives a matrix in a buffer (STORAGE, COPY_SRC, COPY_DST) that the caller destroys; default `'cpu'`. */
  output?: O
}

/**
 * The matrix product A B in float32, or a batch of them, of matrices in memory or on the engine's device.
 *
 * @throws LloydError `InputError` for matrices whose sides do not match, or that exceed what the device binds.
 */
export async function multiply(engine: Engine, a: Factor, b: Factor, options?: MultiplyOptions<'cpu'>): Promise<Matrix>
export async function multiply(
  engine: Engine,
  a: Factor,
  b: Factor,
  options: MultiplyOptions<'gpu'>,
): Promise<GpuMatrix>
export async function multiply(
  engine: Engine,
  a: Factor,
  b: Factor,
  options: MultiplyOptions = {},
): Promise<Matrix | GpuMatrix> {
  const executor = executorOf(engine)
  const { transposeA, transposeB, batches, output } = readOptions('multiply', options, MULTIPLY)
  requireOutput(executor, output)
  const [left, right] = [await checkFactor(executor, a, 'a'), await checkFactor(executor, b, 'b')]
  const [leftRows, rightRows] = [sliceRows(left, batches, 'a'), sliceRows(right, batches, 'b')]
  const [rows, depth] = transposeA ? [left.columns, leftRows] : [leftRows, left.columns]
  const [columns, steps] = transposeB ? [rightRows, right.columns] : [right.columns, rightRows]
  if (depth !== steps) {
    throw new LloydError(
      'InputError',
      `a ${rows} × ${depth} matrix cannot be multiplied by one of ${steps} × ${columns}`,
    )
  }
  requireBindable(executor, 'a', left.rows, left.columns)
  requireBindable(executor, 'b', right.rows, right.columns)
  requireBindable(executor, 'the product', batches * rows, columns)
  const scope = new BufferScope(executor)
  try {
    const [leftBuffer, rightBuffer] = [load(executor, scope, left), load(executor, scope, right)]
    const product = scope.allocate('multiply.product', 4 * batches * rows * columns)
    const vectors = !transposeB && columns % 4 === 0
    await tuneForWork(executor, { rows, columns, depth }, vectors, batches)
    const prepared = await MatrixProduct.prepare(executor, { rows, columns, depth }, { vectors })
    const [aBatch, bBatch] = [rows * depth, depth * columns]
    await prepared.run({
      rows,
      depth,
      a: { buffer: leftBuffer, row: transposeA ? 1 : depth, column: transposeA ? rows : 1, batch: aBatch },
      b: { buffer: rightBuffer, row: transposeB ? 1 : columns, column: transposeB ? depth : 1, batch: bBatch },
      product: { buffer: product },
      batches,
    })
    const shape = { rows: batches * rows, columns }
    if (output === 'cpu') return { data: new Float32Array(await executor.read(product)), ...shape }
    await executor.idle()
    return { buffer: detach(executor, product), ...shape }
  } finally {
    scope.release()
  }
}

/** Number of rows of each of the matrices stacked in `factor`. */
function sliceRows({ rows }: { rows: number }, batches: number, name: string): number {
  if (rows % batches === 0) return rows / batches
  throw new LloydError('InputError', `${name} has ${rows} rows, which ${batches} batches do not divide`)
}

async function checkFactor(executor: Executor, factor: Factor, name: string): Promise<Matrix<TypedArray> | GpuMatrix> {
  if (Array.isArray(factor)) return rowsToMatrix(factor as readonly ArrayLike<number>[], name, ANY_COLUMNS)
  if (factor && typeof factor === 'object' && 'buffer' in factor) {
    await checkGpuMatrix(executor, factor, name, ANY_COLUMNS)
    return factor
  }
  return checkMatrix(factor as Matrix<TypedArray>, name, ANY_COLUMNS)
}

function requireBindable({ maxBufferBytes }: Executor, name: string, rows: number, columns: number): void {
  const bytes = 4 * rows * columns
  if (bytes <= maxBufferBytes) return
  throw new LloydError(
    'InputError',
    `${name} is ${rows} × ${columns}, ${bytes} bytes; this device binds at most ${maxBufferBytes}; multiply parts of it`,
  )
}

/** The numbers in float32, without a copy where they are and no other thread can change them. */
function float32(data: TypedArray): Float32Array<ArrayBuffer> {
  const owned = data instanceof Float32Array && data.buffer instanceof ArrayBuffer
  return owned ? (data as Float32Array<ArrayBuffer>) : new Float32Array(data)
}

function load(executor: Executor, scope: BufferScope, factor: Matrix<TypedArray> | GpuMatrix): EngineBuffer {
  if ('data' in factor) return scope.upload('multiply.factor', float32(factor.data))
  const { buffer, offset = 0, rows, columns } = factor
  return executor.borrow('multiply.factor', buffer, offset, 4 * rows * columns)
}
