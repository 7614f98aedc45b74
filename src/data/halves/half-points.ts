import { BufferScope, type Executor } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import { type EngineBuffer, UNIFORM_BYTES } from '../../engine/kernel.js'
import { floatOf, HALF_SCALE, halfOf, packHalves } from '../../kernels/points/pack-halves.js'
import { MEASURE_BLOCK } from '../../kernels/points/point-blocks.js'
import { unpackHalves } from '../../kernels/points/unpack-halves.js'
import type { Points } from '../../types.js'
import type { Chunk } from '../chunks.js'
import { ColumnSummary } from '../column-summary.js'
import { CHUNK_BYTES, SMALL_CHUNK_BYTES } from '../point-source.js'
import { createPointSet, type PointSet, type PointSetOptions } from '../points.js'
import { withHalfKernels } from './half-kernels.js'

/** What storing points as float16 changes in them. Plain data. */
export interface HalfDeviation {
  /** The largest change of a coordinate in each column, in its units. */
  largest: Float64Array
  /** The root of the mean square of the changes in each column, in its units. */
  rootMeanSquare: Float64Array
  /** The root of the sum of all squared changes over that of all squared distances to the mean; 0 if the points are equal. */
  relative: number
}

/**
 * Does `work` on points that are kept as float16, centred and scaled, with what that changes in them; `executor` is the one that
 * reads them. They are read twice, 4 MiB at a time, and then stay on the device; sources and points in memory that do not
 * fit it are read and rounded again for every pass.
 */
export async function withHalfPoints<T>(
  executor: Executor,
  points: Points,
  options: PointSetOptions,
  work: (set: PointSet, executor: Executor, deviation: HalfDeviation) => Promise<T>,
): Promise<T> {
  // Kernels of a device read float16; on the CPU, those with SIMD read a chunk that was converted before.
  const converts = executor.traits.immediate
  const attempt = async (resident: boolean) => {
    const scope = new BufferScope(executor)
    const given = await createPointSet(executor, points, options, SMALL_CHUNK_BYTES)
    try {
      const chunks = await HalfChunks.create(executor, given, scope, converts)
      const deviation = await chunks.pack(resident, options)
      if (resident) given.release()
      const set = halfSet(given, scope, chunks)
      return await work(set, converts ? executor : withHalfKernels(executor), deviation)
    } finally {
      scope.release()
      given.release()
    }
  }
  try {
    return await attempt(true)
  } catch (error) {
    if (!(error instanceof LloydError && error.code === 'OutOfMemoryError')) throw error
    return await attempt(false)
  }
}

/** The set whose points are those of `given` in working coordinates times HALF_SCALE, rounded. */
function halfSet(given: PointSet, scope: BufferScope, { kept, passAnew }: HalfChunks): PointSet {
  const { columns, scale, least, greatest, meanVariance, weightUnit } = given
  const unit = scale * HALF_SCALE
  return {
    ...given,
    ...(kept && {
      chunkRows: kept.map(({ rows }) => rows),
      weightBuffers: kept.map(({ weights }) => weights),
    }),
    shift: new Float32Array(columns),
    shiftBuffer: scope.allocate('kmeans.shift', UNIFORM_BYTES),
    scale: 1 / HALF_SCALE,
    least: least.map(roundWorking),
    greatest: greatest.map(roundWorking),
    // Squares are in these units.
    meanVariance: meanVariance * unit * unit,
    weightUnit: weightUnit / unit / unit,
    resident: kept !== null,
    pass: passAnew,
    scope,
    release() {
      scope.release()
    },
  }
}

/** A working coordinate as it is kept. */
function roundWorking(value: number): number {
  const rounded = new Float32Array([value * HALF_SCALE])
  const bits = new Uint32Array(rounded.buffer)
  bits[0] = floatOf(halfOf(bits[0]))
  return rounded[0] / HALF_SCALE
}

type Kernels = Awaited<ReturnType<typeof compileKernels>>

async function compileKernels(executor: Executor) {
  const [pack, unpack] = await Promise.all([executor.compile(packHalves), executor.compile(unpackHalves)])
  return { pack, unpack }
}

/** The chunks of a set as float16. */
class HalfChunks {
  /** Those that stay on the device, or null. */
  kept: Chunk[] | null = null
  /** The rounded coordinates of one chunk, and what rounding added. */
  readonly #halves: EngineBuffer
  readonly #deviations: EngineBuffer
  /** One chunk as float32, where points are converted. */
  readonly #floats: EngineBuffer | null
  #held: Chunk | null = null

  private constructor(
    readonly executor: Executor,
    readonly given: PointSet,
    readonly scope: BufferScope,
    readonly kernels: Kernels,
    converts: boolean,
  ) {
    const most = given.columns * given.chunkRows[0]
    this.#halves = scope.allocate('halves.chunk', 2 * most)
    this.#deviations = scope.allocate('halves.deviations', 4 * most)
    this.#floats = converts ? scope.allocate('halves.floats', 4 * most) : null
  }

  static async create(executor: Executor, given: PointSet, scope: BufferScope, converts: boolean) {
    return new HalfChunks(executor, given, scope, await compileKernels(executor), converts)
  }

  /** Rounds all points, keeps them if `resident`, and measures what that changes. */
  async pack(resident: boolean, { name = 'points', signal }: PointSetOptions): Promise<HalfDeviation> {
    const { executor, given } = this
    const { rows, columns, scale } = given
    const kept = resident ? this.#allocate() : null
    const changes = new ColumnSummary(columns)
    for await (const chunk of given.pass()) {
      const target = kept?.find(({ firstRow, rows }) => chunk.firstRow < firstRow + rows)
      this.#round(chunk, target?.points, chunk.firstRow - (target?.firstRow ?? 0))
      await changes.add(executor, { ...chunk, points: this.#deviations }, name, signal)
    }
    this.kept = kept
    const { least, greatest, shift, means, variances, scale: own } = changes.finish(rows, name)
    const unit = scale * HALF_SCALE
    const squares = means.map((mean, column) => mean * mean + variances[column])
    const largest = shift.map((s, column) => Math.max(-(least[column] / own + s), greatest[column] / own + s))
    const spread = given.meanVariance * columns
    return {
      largest: Float64Array.from(largest, (value) => value / unit),
      rootMeanSquare: squares.map((square) => Math.sqrt(square) / unit),
      relative: spread > 0 ? Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / spread) / unit : 0,
    }
  }

  /** One pass over the rounded points. */
  readonly passAnew = (): Iterable<Chunk> | AsyncIterable<Chunk> => {
    if (!this.kept) return this.#passRounded()
    return this.#floats ? this.#passConverted(this.kept) : this.kept
  }

  async *#passRounded() {
    for await (const chunk of this.given.pass()) {
      this.#round(chunk)
      yield this.#readable({ ...chunk, points: this.#halves })
    }
  }

  *#passConverted(kept: readonly Chunk[]) {
    for (const chunk of kept) yield this.#readable(chunk)
  }

  /** A chunk in the form that kernels read; converted once its points are asked for, since searches begin other passes within one. */
  #readable(chunk: Chunk): Chunk {
    if (!this.#floats) return chunk
    return Object.defineProperty({ ...chunk }, 'points', { enumerable: true, get: () => this.#convert(chunk) })
  }

  #convert(chunk: Chunk): EngineBuffer {
    const points = this.#floats!
    const count = chunk.rows * this.given.columns
    if (this.#held !== chunk) this.executor.run(this.kernels.unpack, { count }, { halves: chunk.points, points })
    this.#held = chunk
    return points
  }

  #round({ points, rows }: Chunk, halves = this.#halves, firstRow = 0): void {
    const { columns, scale, shiftBuffer: shift } = this.given
    const parameters = { count: rows * columns, columns, firstWord: (firstRow * columns) / 2, scale }
    this.executor.run(this.kernels.pack, parameters, { points, shift, halves, deviations: this.#deviations })
  }

  /** Empty chunks for all points: of the size of the given ones where they are converted, otherwise as large as buffers may be. */
  #allocate(): Chunk[] {
    const { executor, given, scope } = this
    const { columns, chunkRows, weights } = given
    const limit = Math.min(CHUNK_BYTES, executor.maxBufferBytes)
    const together = this.#floats ? 1 : Math.max(1, Math.floor(limit / (2 * columns * chunkRows[0])))
    const unused = scope.allocate('kmeans.noWeights', 4)
    const chunks: Chunk[] = []
    let firstRow = 0
    let firstBlock = 0
    for (let at = 0; at < chunkRows.length; at += together) {
      const rows = chunkRows.slice(at, at + together).reduce((sum, count) => sum + count, 0)
      const blocks = Math.ceil(rows / MEASURE_BLOCK)
      chunks.push({
        firstRow,
        firstBlock,
        rows,
        blocks,
        points: scope.allocate('kmeans.points', 2 * rows * columns),
        weights: weights
          ? scope.upload('kmeans.weights', weights.subarray(firstRow, firstRow + rows) as Float32Array<ArrayBuffer>)
          : unused,
      })
      firstRow += rows
      firstBlock += blocks
    }
    return chunks
  }
}
