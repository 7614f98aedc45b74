import { BufferScope, type Executor } from '../engine/engine.js'
import { LloydError } from '../engine/error.js'
import type { EngineBuffer } from '../engine/kernel.js'
import { columnStatistics, STATISTICS_ROWS } from '../kernels/points/column-statistics.js'
import { gatherRows } from '../kernels/points/gather-rows.js'
import { NONE } from '../kernels/shared/none.js'
import type { Chunk } from './chunks.js'
import { notFinite } from './matrix.js'

/** 2^exponent, clamped so that it and its inverse are normal float32 numbers. */
export function powerOfTwo(exponent: number): number {
  return 2 ** Math.max(-126, Math.min(126, exponent))
}

/** Reads one row of points, by a kernel, since a caller's buffer need not have COPY_SRC. */
export async function readRow(
  executor: Executor,
  points: EngineBuffer,
  row: number,
  columns: number,
): Promise<Float32Array> {
  const gather = await executor.compile(gatherRows)
  const scope = new BufferScope(executor)
  try {
    const gathered = scope.allocate('kmeans.row', 4 * columns)
    const shift = scope.allocate('kmeans.noShift', 4 * columns)
    const rowNumbers = scope.upload('kmeans.rowNumber', new Uint32Array([row]))
    executor.run(gather, { count: 1, columns, firstTarget: 0, scale: 1 }, { points, shift, rowNumbers, gathered })
    return new Float32Array(await executor.read(gathered))
  } finally {
    scope.release()
  }
}

/** The column statistics of the first pass. */
export class ColumnSummary {
  readonly reference: Float32Array<ArrayBuffer>
  readonly #least: Float64Array
  readonly #greatest: Float64Array
  readonly #sum: Float64Array
  readonly #squares: Float64Array

  constructor(readonly columns: number) {
    this.reference = new Float32Array(columns)
    this.#least = new Float64Array(columns).fill(Infinity)
    this.#greatest = new Float64Array(columns).fill(-Infinity)
    this.#sum = new Float64Array(columns)
    this.#squares = new Float64Array(columns)
  }

  async add(
    executor: Executor,
    { points, firstRow, rows }: Pick<Chunk, 'points' | 'firstRow' | 'rows'>,
    name: string,
    signal?: AbortSignal,
  ): Promise<void> {
    const { columns } = this
    const kernel = await executor.compile(columnStatistics)
    const blocks = Math.ceil(rows / STATISTICS_ROWS)
    const scope = new BufferScope(executor)
    try {
      const statistics = scope.allocate('kmeans.statistics', 16 * blocks * columns)
      const firstBad = scope.upload('kmeans.firstBad', new Uint32Array([NONE]))
      const reference = scope.upload('kmeans.reference', this.reference)
      const measure = async (scale: number) => {
        const buffers = { points, reference, statistics, firstBad }
        const run = (firstBlock: number, blocks: number) =>
          executor.run(kernel, { rows, columns, firstBlock, blocks, scale }, buffers)
        await executor.pace.cut(blocks, STATISTICS_ROWS * columns, run, { signal })
        const [values, bad] = await Promise.all([executor.read(statistics), executor.read(firstBad)])
        return { values: new Float32Array(values), bad: new Uint32Array(bad)[0] }
      }
      const { values, bad } = await measure(1)
      if (bad !== NONE) {
        const row = Math.floor(bad / columns)
        const found = await readRow(executor, points, row, columns)
        throw notFinite(name, found[bad % columns], firstRow + row, bad % columns)
      }
      let range = 0
      for (let i = 0; i < values.length; i += 4) range = Math.max(range, values[i + 1] - values[i])
      // Squares of values far from 1 overflow or underflow float32; a second pass scales them near 1.
      const far = range > 2 ** 50 || (range > 0 && range < 2 ** -50)
      const scale = far ? powerOfTwo(-Math.round(Math.log2(range))) : 1
      const moments = far ? (await measure(scale)).values : values
      for (let i = 0; i < blocks * columns; i++) {
        const column = i % columns
        this.#least[column] = Math.min(this.#least[column], values[4 * i])
        this.#greatest[column] = Math.max(this.#greatest[column], values[4 * i + 1])
        this.#sum[column] += moments[4 * i + 2] / scale
        this.#squares[column] += moments[4 * i + 3] / scale / scale
      }
    } finally {
      scope.release()
    }
  }

  finish(rows: number, name: string) {
    const { columns } = this
    const shift = new Float32Array(columns)
    const means = new Float64Array(columns)
    const variances = new Float64Array(columns)
    let widest = 0
    for (let column = 0; column < columns; column++) {
      const range = this.#greatest[column] - this.#least[column]
      const mean = this.reference[column] + this.#sum[column] / rows
      means[column] = mean
      variances[column] = Math.max(0, this.#squares[column] / rows - (this.#sum[column] / rows) ** 2)
      // A constant column is shifted to 0, others by a multiple of the power of two at or below their range.
      const unit = range > 0 ? 2 ** Math.floor(Math.log2(range)) : 0
      shift[column] = unit > 0 ? Math.round(mean / unit) * unit : this.#least[column]
      widest = Math.max(widest, range)
    }
    if (widest > 2 ** 127) {
      throw new LloydError('InputError', `${name} range over ${widest}; float32 differences overflow, scale them down`)
    }
    const scale = widest > 0 ? powerOfTwo(-Math.ceil(Math.log2(widest))) : 1
    return {
      shift,
      scale,
      least: this.#least.map((value, column) => (value - shift[column]) * scale),
      greatest: this.#greatest.map((value, column) => (value - shift[column]) * scale),
      means,
      variances,
      meanVariance: variances.reduce((sum, variance) => sum + variance, 0) / columns,
    }
  }
}
