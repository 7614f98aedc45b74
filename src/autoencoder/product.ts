import type { Compiled, Executor } from '../engine/engine.js'
import type { EngineBuffer } from '../engine/kernel.js'
import { type Pace, paceOf } from '../engine/pace.js'
import { matrixProduct } from '../kernels/matrix-product.js'

/** How a matrix product is cut: what one thread computes, and how many threads share their rows. */
export interface ProductTile {
  flags: { VECTOR: boolean }
  constants: { ROWS: number; COLUMNS: number }
  workgroupSize: number
}

/** From so many multiply-adds on, large tiles pay: below, their pipelines take longer to compile than they save. */
const MUCH_WORK = 2 ** 20

/**
 * The default table; `vectors`: four columns can be read at a time. Measured on Mesa's software driver, in GFLOP of 512³
 * products a second of processor time, beside 15 that it adds and multiplies in registers: 8 × 8 tiles 5.4 by vectors and
 * 4 to 6 without, 16 × 8 5.9 to 6.6 but twice as long to compile (1 to 3 s), 8 × 4 3.5, 32 × 4 3.0, 16 × 16 3.1.
 */
export function productTile(
  _executor: Executor,
  { rows, columns, depth }: ProductShape,
  vectors: boolean,
): ProductTile {
  const large = rows * columns * depth >= MUCH_WORK
  const most = large ? 8 : 4
  const COLUMNS = vectors ? (columns >= 64 ? most : 4) : Math.min(most, Math.ceil(columns / 8))
  const wasted = (size: number) => Math.ceil(columns / (size * COLUMNS)) * size * COLUMNS - columns
  const workgroupSize = [32, 16, 8].reduce((best, size) => (wasted(size) < wasted(best) ? size : best))
  return { flags: { VECTOR: vectors }, constants: { ROWS: large ? 8 : 4, COLUMNS }, workgroupSize }
}

/** What a dispatch costs beside its work, in multiply-adds: about 20 µs on a software adapter. */
export const DISPATCH_WORK = 2 ** 17

/** The shape of a product: rows × depth times depth × columns. */
export interface ProductShape {
  rows: number
  columns: number
  depth: number
}

/** A matrix in a buffer: element (r, c) is at offset + r · row + c · column. */
export interface Operand {
  buffer: EngineBuffer
  offset?: number
  row: number
  column: number
}

export interface ProductArguments {
  /** As prepared, or fewer. */
  rows: number
  depth: number
  a: Operand
  b: Operand
  /** Where the product is written, row-major and dense. */
  product: { buffer: EngineBuffer; offset?: number }
  /** A row added to every row. */
  bias?: { buffer: EngineBuffer; offset: number }
  /** Number of the element-wise activation; default linear. */
  activation?: number
  /** Cuts the depth into parts of so many steps, whose products are left one behind the other; default: it is whole. */
  sliceDepth?: number
}

/** What a product is prepared for, beside its shape. */
export interface ProductTraits {
  /** The last row of A counts as ones and is not read. */
  ones?: boolean
  /**
   * Rows of B and of the product begin at multiples of four elements, a column follows the other, and there are four
   * times so many: then they are read and written by four.
   */
  vectors?: boolean
}

/** A matrix product compiled for shapes up to one. */
export class MatrixProduct {
  private constructor(
    private readonly executor: Executor,
    private readonly pace: Pace,
    private readonly columns: number,
    private readonly compiled: Compiled<typeof matrixProduct.parameters, typeof matrixProduct.bindings>,
  ) {}

  static async prepare(executor: Executor, shape: ProductShape, traits: ProductTraits = {}): Promise<MatrixProduct> {
    const { flags, ...tile } = productTile(executor, shape, traits.vectors ?? false)
    const compiled = await executor.compile(matrixProduct, { ...tile, flags: { ...flags, ONES: traits.ones ?? false } })
    return new MatrixProduct(executor, paceOf(executor), shape.columns, compiled)
  }

  /** Queues the product, in parts where it is long. */
  async run({ rows, depth, a, b, product, bias, activation = 0, sliceDepth = depth }: ProductArguments): Promise<void> {
    const { columns, compiled, pace } = this
    for (let firstRow = 0; firstRow < rows; ) {
      const rowCount = Math.min(rows - firstRow, Math.max(64, Math.floor(pace.budget / (columns * depth))))
      this.executor.run(
        compiled,
        {
          rows,
          columns,
          depth: sliceDepth,
          totalDepth: depth,
          batches: Math.ceil(depth / sliceDepth),
          firstRow,
          rowCount,
          aOffset: a.offset ?? 0,
          aRow: a.row,
          aDepth: a.column,
          aBatch: sliceDepth * a.column,
          bOffset: b.offset ?? 0,
          bDepth: b.row,
          bColumn: b.column,
          bBatch: sliceDepth * b.row,
          biased: bias ? 1 : 0,
          biasOffset: bias?.offset ?? 0,
          productOffset: product.offset ?? 0,
          activation,
        },
        { a: a.buffer, b: b.buffer, bias: bias?.buffer ?? b.buffer, product: product.buffer },
      )
      await pace.spend(rowCount * columns * depth + DISPATCH_WORK)
      firstRow += rowCount
    }
  }
}
