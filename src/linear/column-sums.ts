import type { BufferScope, Compiled, Executor } from '../engine/engine.js'
import type { EngineBuffer } from '../engine/kernel.js'
import { sumSlices } from '../kernels/linear/sum-slices.js'
import { MatrixProduct } from './product.js'

/** Number of rows that are added sequentially. */
const SLICE_ROWS = 128

/** The column sums of a matrix: products of its slices with ones, added. */
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

  /** Writes the sums of the first `rows` rows to `sums`, from `offset` on. */
  async run(matrix: EngineBuffer, rows: number, sums: EngineBuffer, offset: number): Promise<void> {
    const { executor, columns, product, slices, sum } = this
    const whole = Math.floor(rows / SLICE_ROWS)
    const add = (first: number, depth: number, batches: number) =>
      product.run({
        rows: 1,
        depth,
        a: { buffer: matrix, row: 0, column: 0 },
        b: {
          buffer: matrix,
          offset: first * SLICE_ROWS * columns,
          row: columns,
          column: 1,
          batch: SLICE_ROWS * columns,
        },
        product: { buffer: slices, offset: first * columns },
        batches,
      })
    if (whole > 0) await add(0, SLICE_ROWS, whole)
    if (rows > whole * SLICE_ROWS) await add(whole, rows - whole * SLICE_ROWS, 1)
    executor.run(sum, { count: columns, slices: Math.ceil(rows / SLICE_ROWS), offset }, { slices, sums })
  }
}
