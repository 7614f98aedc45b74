import { BufferScope, type Engine, type Executor, executorOf } from '../engine/engine.js'
import { LloydError } from '../engine/error.js'
import { chooseTile } from '../engine/tuning.js'
import { TUNE_MULTIPLY } from '../options/linear.js'
import { readOptions } from '../options/table.js'
import { MatrixProduct } from './product.js'
import { candidateTiles, type ProductShape, productClass } from './product-tiles.js'

/** Maximum part of a shape in a timed run; beyond it, relative speeds do not change. */
const MOST = { rows: 1024, depth: 512, columns: 1024 }
/** Runs before the timed ones, by which the pace measures the device's speed. */
const PACING_RUNS = 4
/**
 * Number of multiply-adds with a class of shapes from which on automatic tuning pays off: half a minute on a software
 * adapter, where compiling the candidates takes 3 to 5 s, and fractions of a second on a GPU, as does compiling there.
 */
const WORTH_TUNING = 2 ** 38

/**
 * Measures which tile of the matrix product is fastest on the engine's device for products of rows × depth and depth ×
 * columns matrices (and all of their class: up to the next powers of two), and keeps it in the engine, for `multiply`
 * and for networks. A class that has a tile, measured or imported, keeps it. Takes up to a few seconds, most of them
 * for compiling; the order of additions does not change. Long products and long training tune automatically. On the CPU
 * executor there is nothing to tune.
 *
 * @param shape sides of 1 … 2²⁴; `transposeB` as in `multiply`: both kinds of products have tiles of their own
 */
export async function tuneMultiply(
  engine: Engine,
  shape: { rows: number; depth: number; columns: number; transposeB?: boolean },
): Promise<void> {
  const executor = executorOf(engine)
  const { transposeB, ...sides } = readOptions('tuneMultiply', shape, TUNE_MULTIPLY)
  await tuneProduct(executor, sides, !transposeB && sides.columns % 4 === 0)
}

/** Tunes for `count` products of a shape, if that pays off. */
export async function tuneForWork(
  executor: Executor,
  shape: ProductShape,
  vectors: boolean,
  count: number,
): Promise<void> {
  const work = shape.rows * shape.columns * shape.depth * count
  await ifWorthTuning(executor, work, () => tuneProduct(executor, shape, vectors))
}

/** Tunes for a number of multiply-adds, if that pays off and there is something to tune. */
export async function ifWorthTuning(executor: Executor, work: number, tune: () => Promise<void>): Promise<void> {
  if (!executor.traits.tunable || work < WORTH_TUNING) return
  try {
    await tune()
  } catch (error) {
    // Without memory for it, the default table is used; the work itself may still fit.
    if (!(error instanceof LloydError && error.code === 'OutOfMemoryError')) throw error
  }
}

async function tuneProduct(executor: Executor, shape: ProductShape, vectors: boolean): Promise<void> {
  const { key, ...wanted } = productClass(shape, vectors)
  if (!executor.traits.tunable || executor.tuning.has(key)) return
  const rows = Math.min(wanted.rows, MOST.rows)
  const depth = Math.min(wanted.depth, MOST.depth)
  const columns = Math.min(wanted.columns, MOST.columns)
  const scope = new BufferScope(executor)
  try {
    const a = { buffer: scope.allocate('tuning.a', 4 * rows * depth), row: depth, column: 1 }
    const b = scope.allocate('tuning.b', 4 * depth * columns)
    const product = { buffer: scope.allocate('tuning.product', 4 * rows * columns) }
    const strides = vectors ? { row: columns, column: 1 } : { row: 1, column: depth }
    const prepare = async (tile?: Parameters<typeof MatrixProduct.prepare>[3]) => {
      const prepared = await MatrixProduct.prepare(executor, { rows, depth, columns }, { vectors }, tile)
      return () => prepared.run({ rows, depth, a, b: { buffer: b, ...strides }, product })
    }
    const warm = await prepare()
    for (let run = 0; run < PACING_RUNS; run++) await warm()
    await chooseTile(executor, key, candidateTiles(executor, { rows, depth, columns }), prepare)
  } finally {
    scope.release()
  }
}
