import type { BufferScope, Compiled, Executor } from '../engine/engine.js'
import type { EngineBuffer } from '../engine/kernel.js'
import { sumSlices } from '../kernels/sum-slices.js'
import { MatrixProduct } from './product.js'

/** Rows that are added one after the other. */
const SLICE_ROWS = 128

/** The sums of the columns of a matrix: a product with ones, cut along its depth. */
export class ColumnSums {
  private constructor(
    private readonly executor: Executor,
    private readonly columns: number,
    private readonly product: MatrixProduct,
    private readonly slices: EngineBuffer,
    private readonly sum: Compiled<typeof sumSlices.parameters, typeof sumSlices.bindings>,
  ) {}

  static async prepare(executor: Executor, scope: BufferScope, columns: number, rows: number): Promise<ColumnSums> {
    const product = await MatrixProduct.prepare(executor, { rows: 1, columns, depth: SLICE_ROWS }, { ones: true })
    const slices = scope.allocate('autoencoder.slices', 4 * columns * Math.ceil(rows / SLICE_ROWS))
    return new ColumnSums(executor, columns, product, slices, await executor.compile(sumSlices))
  }

  /** The sums of the first `rows` rows, to `sums` from `offset` on. */
  async run(matrix: EngineBuffer, rows: number, sums: EngineBuffer, offset: number): Promise<void> {
    const { executor, columns, product, slices, sum } = this
    await product.run({
      rows: 1,
      depth: rows,
      a: { buffer: matrix, row: 0, column: 0 },
      b: { buffer: matrix, row: columns, column: 1 },
      product: { buffer: slices },
      sliceDepth: SLICE_ROWS,
    })
    executor.run(sum, { count: columns, slices: Math.ceil(rows / SLICE_ROWS), offset }, { slices, sums })
  }
}
