import type { Compiled, Executor } from '../engine/engine.js'
import type { EngineBuffer } from '../engine/kernel.js'
import { type Pace, paceOf } from '../engine/pace.js'
import { matrixProduct } from '../kernels/matrix-product.js'
import { type ProductShape, productOptions } from './product-tiles.js'

/** What a dispatch costs beside its work, in multiply-adds: about 20 µs on a software adapter. */
export const DISPATCH_WORK = 2 ** 17

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
    const { flags, ...tile } = productOptions(executor, shape, traits.vectors ?? false)
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
