import type { Chunk } from '../../data/chunks.js'
import type { PointSet } from '../../data/points.js'
import { BufferScope, type Executor } from '../../engine/engine.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import { combineDensities } from '../../kernels/mixture/combine-densities.js'
import { nearestResponsibilities } from '../../kernels/mixture/nearest-responsibilities.js'
import { sumLogDensities } from '../../kernels/mixture/sum-log-densities.js'
import { type Components, isDiagonal, type MixtureShape } from './components.js'
import { DeviceComponents } from './device-components.js'
import { DiagonalTiles } from './diagonal-tiles.js'
import { FullTiles } from './full-tiles.js'
import { FEW_COLUMNS, PointTiles } from './point-tiles.js'
import { type Densities, EXPONENTIAL_WORK, type RowTile, type Tiles } from './tiles.js'
import type { Moments } from './update.js'

/** Points whose log densities one thread adds in float32. */
const SUM_ROWS = 64

async function compileKernels(executor: Executor, WEIGHTED: boolean) {
  const flags = { WEIGHTED }
  const [combine, nearest, sum] = await Promise.all([
    executor.compile(combineDensities, { flags }),
    executor.compile(nearestResponsibilities, { flags }),
    executor.compile(sumLogDensities, { flags }),
  ])
  return { combine, nearest, sum }
}

/**
 * Passes over points with a mixture: log densities, responsibilities tile by tile, which are never held for all points,
 * and the moments of whitened points.
 */
export class MixturePass {
  readonly #scope: BufferScope
  readonly #current: DeviceComponents
  #other: DeviceComponents | null = null
  readonly #densities: Densities & { responsibilities: EngineBuffer }
  readonly #sums: EngineBuffer

  private constructor(
    private readonly executor: Executor,
    private readonly set: PointSet,
    private readonly shape: MixtureShape,
    private readonly signal: AbortSignal | undefined,
    {
      tiles,
      kernels,
      scope,
    }: { tiles: Tiles; kernels: Awaited<ReturnType<typeof compileKernels>>; scope: BufferScope },
  ) {
    const rows = Math.max(...set.chunkRows)
    this.#scope = scope
    this.#kernels = kernels
    this.#tiles = tiles
    this.#densities = {
      responsibilities: scope.allocate('mixture.responsibilities', 4 * tiles.rows * shape.components),
      logDensities: scope.allocate('mixture.logDensities', 8 * rows),
      labels: scope.allocate('mixture.labels', 4 * rows),
    }
    this.#sums = scope.allocate('mixture.sums', 4 * Math.ceil(rows / SUM_ROWS))
    this.#current = new DeviceComponents(executor, shape, tiles)
  }

  readonly #kernels: Awaited<ReturnType<typeof compileKernels>>
  readonly #tiles: Tiles

  static async create(
    executor: Executor,
    set: PointSet,
    shape: MixtureShape,
    signal?: AbortSignal,
  ): Promise<MixturePass> {
    const scope = new BufferScope(executor)
    try {
      const kernels = await compileKernels(executor, set.weights !== null)
      const kind = shape.columns <= FEW_COLUMNS ? PointTiles : isDiagonal(shape) ? DiagonalTiles : FullTiles
      const sizes = { most: Math.max(...set.chunkRows), weighted: set.weights !== null }
      const tiles: Tiles = await kind.create(executor, scope, shape, sizes)
      return new MixturePass(executor, set, shape, signal, { tiles, kernels, scope })
    } catch (error) {
      scope.release()
      throw error
    }
  }

  release(): void {
    this.#other?.release()
    this.#current.release()
    this.#scope.release()
  }

  /**
   * The moments of points by their responsibilities in `mixture`, whitened by it or by `whitening`, and the sum of their
   * log densities, times their weights. With `nearest`, points belong to the nearest of its means, and there is no sum.
   */
  async moments(
    mixture: Components,
    { whitening, nearest = false }: { whitening: Components; nearest?: boolean },
  ): Promise<{ moments: Moments; logLikelihood: number }> {
    const own = whitening === mixture
    this.#current.write(mixture)
    if (!own) {
      this.#other ??= new DeviceComponents(this.executor, this.shape, this.#tiles)
      this.#other.write(whitening)
    }
    const parameters = own || !this.#other ? this.#current : this.#other
    const densities = this.#keeping(nearest || !own)
    const moments = this.#tiles.noMoments()
    let logLikelihood = this.#current.reference * this.set.totalWeight
    for await (const chunk of this.set.pass()) {
      for (const tile of this.#tilesOf(chunk)) {
        await (nearest ? this.#queueNearest(tile) : this.#queueDensities(tile, densities))
        await this.#tiles.moments(tile, parameters, densities, own && !nearest)
        this.signal?.throwIfAborted()
      }
      const [sum] = await Promise.all([nearest ? 0 : this.#sumLogDensities(chunk), this.#tiles.addMoments(moments)])
      logLikelihood += sum
    }
    return { moments, logLikelihood }
  }

  /**
   * The log density and the most probable component of every point; `visit` gets the responsibilities of each tile, and
   * `onRows` the number of points so far.
   */
  async densities(
    mixture: Components,
    visit?: (responsibilities: Float32Array, firstRow: number, rows: number) => void,
    onRows?: (done: number) => void,
  ): Promise<{ logDensities: Float64Array<ArrayBuffer>; labels: Uint32Array<ArrayBuffer> }> {
    const { executor, set } = this
    this.#current.write(mixture)
    const { reference } = this.#current
    const kept = this.#keeping(visit !== undefined)
    const logDensities = new Float64Array(set.rows)
    const labels = new Uint32Array(set.rows)
    for await (const chunk of set.pass()) {
      for (const tile of this.#tilesOf(chunk)) {
        await this.#queueDensities(tile, kept)
        onRows?.(chunk.firstRow + tile.firstRow + tile.rows)
        this.signal?.throwIfAborted()
        if (!visit) continue
        const bytes = 4 * tile.rows * this.shape.components
        visit(
          new Float32Array(await executor.read(this.#densities.responsibilities, 0, bytes)),
          chunk.firstRow + tile.firstRow,
          tile.rows,
        )
      }
      const [densities, indices] = await Promise.all([
        executor.read(kept.logDensities, 0, 8 * chunk.rows),
        executor.read(kept.labels, 0, 4 * chunk.rows),
      ])
      labels.set(new Uint32Array(indices), chunk.firstRow)
      const own = new Float32Array(densities)
      for (let row = 0; row < chunk.rows; row++) {
        logDensities[chunk.firstRow + row] = own[2 * row] + own[2 * row + 1] + reference
      }
    }
    return { logDensities, labels }
  }

  /** What is found of points; with the responsibilities, if `each` or if the tiles need them. */
  #keeping(each: boolean): Densities {
    return each || !this.#tiles.direct ? this.#densities : { ...this.#densities, responsibilities: null }
  }

  *#tilesOf(chunk: Chunk): Generator<RowTile> {
    const { rows } = this.#tiles
    for (let firstRow = 0; firstRow < chunk.rows; firstRow += rows) {
      yield { chunk, firstRow, rows: Math.min(rows, chunk.rows - firstRow) }
    }
  }

  /** Queues the responsibilities of a tile's points, which belong to the nearest mean. */
  async #queueNearest({ chunk, firstRow, rows }: RowTile): Promise<void> {
    const { executor, set, shape } = this
    const { components, columns } = shape
    executor.run(
      this.#kernels.nearest,
      { firstRow, rows, columns, components, scale: set.scale },
      {
        points: chunk.points,
        weights: chunk.weights,
        means: this.#current.means,
        responsibilities: this.#densities.responsibilities,
      },
    )
    await executor.pace.spend(rows * components * columns)
  }

  /** Queues the log densities of a tile's points, their labels and, unless null, their responsibilities. */
  async #queueDensities(tile: RowTile, to: Densities): Promise<void> {
    const { executor, shape } = this
    const { chunk, firstRow, rows } = tile
    const { components } = shape
    const { logDensities, labels, responsibilities } = to
    await this.#tiles.densities(tile, this.#current, to)
    if (!responsibilities) return
    const buffers = { weights: chunk.weights, densities: responsibilities, logDensities, labels }
    executor.run(this.#kernels.combine, { firstRow, rows, components }, buffers)
    await executor.pace.spend(rows * components * EXPONENTIAL_WORK)
  }

  /** The sum of the log densities of a chunk's points, without the reference. */
  async #sumLogDensities({ rows, weights }: Chunk): Promise<number> {
    const { executor } = this
    const groups = Math.ceil(rows / SUM_ROWS)
    const buffers = { weights, logDensities: this.#densities.logDensities, sums: this.#sums }
    executor.run(this.#kernels.sum, { rows, groups }, buffers)
    const sums = new Float32Array(await executor.read(this.#sums, 0, 4 * groups))
    return sums.reduce((total, sum) => total + sum, 0)
  }
}
