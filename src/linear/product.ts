import type { Compiled, Executor } from '../engine/engine.js'
import type { EngineBuffer } from '../engine/kernel.js'
import { matrixProduct } from '../kernels/linear/matrix-product.js'
import { type ProductShape, productTile, tileOptions } from './product-tiles.js'

/** Overhead of a dispatch, in multiply-adds: about 20 µs on a software adapter. */
export const DISPATCH_WORK = 2 ** 17

/** Number of rows at whose multiples products are cut; a multiple of the rows of all tiles. */
const ROW_STEP = 64

/** Matrices in a buffer: element (r, c) of matrix b is at offset + b · batch + r · row + c · column. */
export interface Operand {
  buffer: EngineBuffer
  offset?: number
  row: number
  column: number
  /** Default 0. */
  batch?: number
}

export interface ProductArguments {
  /** At most the prepared number. */
  rows: number
  depth: number
  a: Operand
  b: Operand
  /** Offset of the product, which is dense and row-major; those of a batch are consecutive. */
  product: { buffer: EngineBuffer; offset?: number }
  /** A row that is added to every row. */
  bias?: { buffer: EngineBuffer; offset: number }
  /** Number of the element-wise activation; default linear. */
  activation?: number
  /** Number of products; default 1. */
  batches?: number
}

/** Properties of a product, apart from its shape, for which it is prepared. */
export interface ProductTraits {
  /** The last row of A counts as ones and is not read. */
  ones?: boolean
  /**
   * Whether B and the product are accessed four columns at a time: their rows begin at multiples of four elements,
   * columns are adjacent, and their number is a multiple of four.
   */
  vectors?: boolean
}

/** A matrix product compiled for shapes up to one. */
export class MatrixProduct {
  private constructor(
    private readonly executor: Executor,
    private readonly columns: number,
    private readonly compiled: Compiled<typeof matrixProduct.parameters, typeof matrixProduct.bindings>,
  ) {}

  /** Compiles with `tile`, or with the tile of the shape on this device. */
  static async prepare(
    executor: Executor,
    shape: ProductShape,
    { ones = false, vectors = false }: ProductTraits = {},
    tile = productTile(executor, shape, vectors),
  ): Promise<MatrixProduct> {
    const { flags, ...sizes } = tileOptions(executor, tile, vectors)
    const compiled = await executor.compile(matrixProduct, { ...sizes, flags: { ...flags, ONES: ones } })
    return new MatrixProduct(executor, shape.columns, compiled)
  }

  /** Queues the products, in parts if they are long. */
  async run({ batches = 1, ...product }: ProductArguments): Promise<void> {
    const { columns, executor } = this
    const { pace } = executor
    const { rows, depth } = product
    for (let firstBatch = 0; firstBatch < batches; ) {
      const most = Math.max(1, Math.floor(pace.budget / (rows * columns * depth)))
      const count = Math.min(batches - firstBatch, most)
      for (let firstRow = 0; firstRow < rows; ) {
        const work = count * columns * depth
        const affordable = ROW_STEP * Math.floor(pace.budget / work / ROW_STEP)
        const rowCount = Math.min(rows - firstRow, Math.max(ROW_STEP, affordable))
        this.#queue(product, { firstBatch, batches: count, firstRow, rowCount })
        await pace.spend(rowCount * work + DISPATCH_WORK)
        firstRow += rowCount
      }
      firstBatch += count
    }
  }

  /** Queues some rows of some products. */
  #queue(
    { rows, depth, a, b, product, bias, activation = 0 }: Omit<ProductArguments, 'batches'>,
    part: { firstBatch: number; batches: number; firstRow: number; rowCount: number },
  ): void {
    const { executor, compiled, columns } = this
    const { firstBatch, batches, firstRow, rowCount } = part
    executor.run(
      compiled,
      {
        rows,
        columns,
        depth,
        batches,
        firstRow,
        rowCount,
        aOffset: (a.offset ?? 0) + firstBatch * (a.batch ?? 0),
        aRow: a.row,
        aDepth: a.column,
        aBatch: a.batch ?? 0,
        bOffset: (b.offset ?? 0) + firstBatch * (b.batch ?? 0),
        bDepth: b.row,
        bColumn: b.column,
        bBatch: b.batch ?? 0,
        biased: bias ? 1 : 0,
        biasOffset: bias?.offset ?? 0,
        productOffset: (product.offset ?? 0) + firstBatch * rows * columns,
        activation,
      },
      { a: a.buffer, b: b.buffer, bias: bias?.buffer ?? b.buffer, product: product.buffer },
    )
  }
}
