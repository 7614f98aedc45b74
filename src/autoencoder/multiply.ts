import { checkGpuMatrix, checkMatrix, rowsToMatrix } from '../clustering/matrix.js'
import { BufferScope, type Engine, type Executor, executorOf } from '../engine/engine.js'
import { LloydError, requireKnownOptions } from '../engine/error.js'
import type { EngineBuffer } from '../engine/kernel.js'
import type { GpuMatrix, Matrix, TypedArray } from '../types.js'
import { MatrixProduct } from './product.js'

/** A factor of a product. */
export type Factor = Matrix<TypedArray> | GpuMatrix | readonly ArrayLike<number>[]

export interface MultiplyOptions<O extends 'cpu' | 'gpu' = 'cpu' | 'gpu'> {
  /** Take the first or second matrix transposed. Default false. */
  transposeA?: boolean
  transposeB?: boolean
  /** `'gpu'` gives a matrix in a buffer (STORAGE, COPY_SRC, COPY_DST) that the caller destroys. Default 'cpu'. */
  output?: O
}

/**
 * The matrix product A B in float32, of matrices in memory or on the engine's device.
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
  requireKnownOptions('multiply', options, ['transposeA', 'transposeB', 'output'])
  const { transposeA = false, transposeB = false, output = 'cpu' } = options
  if (output !== 'cpu' && output !== 'gpu') {
    throw new LloydError('InputError', `output must be 'cpu' or 'gpu', got '${String(output)}'`)
  }
  if (output === 'gpu' && !executor.device) {
    throw new LloydError('InputError', "output 'gpu' needs an engine on WebGPU; this one runs on the CPU")
  }
  const [left, right] = [checkFactor(executor, a, 'a'), checkFactor(executor, b, 'b')]
  const [rows, depth] = transposeA ? [left.columns, left.rows] : [left.rows, left.columns]
  const [columns, steps] = transposeB ? [right.rows, right.columns] : [right.columns, right.rows]
  if (depth !== steps) {
    throw new LloydError(
      'InputError',
      `a ${rows} × ${depth} matrix cannot be multiplied by one of ${steps} × ${columns}`,
    )
  }
  const scope = new BufferScope(executor)
  try {
    const [leftBuffer, rightBuffer] = [load(executor, scope, left), load(executor, scope, right)]
    const product = scope.allocate('multiply.product', 4 * rows * columns)
    const vectors = !transposeB && columns % 4 === 0
    const prepared = await MatrixProduct.prepare(executor, { rows, columns, depth }, { vectors })
    await prepared.run({
      rows,
      depth,
      a: { buffer: leftBuffer, row: transposeA ? 1 : depth, column: transposeA ? rows : 1 },
      b: { buffer: rightBuffer, row: transposeB ? 1 : columns, column: transposeB ? depth : 1 },
      product: { buffer: product },
    })
    if (output === 'cpu') return { data: new Float32Array(await executor.read(product)), rows, columns }
    await executor.idle()
    return { buffer: executor.detach(product), rows, columns }
  } finally {
    scope.release()
  }
}

function checkFactor(executor: Executor, factor: Factor, name: string): Matrix<TypedArray> | GpuMatrix {
  if (Array.isArray(factor)) return rowsToMatrix(factor as readonly ArrayLike<number>[], name)
  if (factor && typeof factor === 'object' && 'buffer' in factor) {
    checkGpuMatrix(executor, factor, name)
    return factor
  }
  return checkMatrix(factor as Matrix<TypedArray>, name)
}

function load(executor: Executor, scope: BufferScope, factor: Matrix<TypedArray> | GpuMatrix): EngineBuffer {
  if ('data' in factor) return scope.upload('multiply.factor', new Float32Array(factor.data))
  const { buffer, offset = 0, rows, columns } = factor
  return executor.borrow('multiply.factor', buffer, offset, 4 * rows * columns)
}
