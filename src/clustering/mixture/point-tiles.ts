import type { BufferScope, Executor } from '../../engine/engine.js'
import { type EngineBuffer, UNIFORM_BYTES } from '../../engine/kernel.js'
import { addMoments } from '../../kernels/mixture/add-moments.js'
import { momentCount, recordLayout } from '../../kernels/mixture/component-records.js'
import { pointDensities } from '../../kernels/mixture/point-densities.js'
import { pointMoments } from '../../kernels/mixture/point-moments.js'
import { isDiagonal, type MixtureShape } from './components.js'
import type { DeviceComponents } from './device-components.js'
import type { Densities, RowTile, Tiles } from './tiles.js'
import type { Moments } from './update.js'

/** Maximum number of columns that threads keep in registers. */
export const FEW_COLUMNS = 12
/** Maximum number of rows of a tile. */
const TILE_ROWS = 2 ** 15
/** Maximum bytes of a buffer for a tile. */
const TILE_BYTES = 2 ** 24
/** Number of points whose moments a thread adds. */
const SPAN = 64
/** Number of threads of a workgroup that add moments. */
const THREADS = 32
/** Cost of an exponential, in multiply-adds. */
const EXPONENTIAL_WORK = 16

async function compileKernels(executor: Executor, shape: MixtureShape, WEIGHTED: boolean) {
  const { components, columns } = shape
  const { traits } = executor
  const DIAGONAL = isDiagonal(shape)
  const UNIFORM = traits.uniforms && 4 * components * recordLayout(columns, DIAGONAL).size <= UNIFORM_BYTES
  const flags = { DIAGONAL, UNIFORM }
  const POINTS = traits.unrolledLoops || !traits.largeTiles ? 1 : 4
  const constants = { COLUMNS: columns, GROUPS: Math.ceil(columns / 4), POINTS }
  const [densities, moments, add] = await Promise.all([
    executor.compile(pointDensities, { flags: { ...flags, WEIGHTED }, constants }),
    executor.compile(pointMoments, { flags, constants: { ...constants, SPAN }, workgroupSize: THREADS }),
    executor.compile(addMoments),
  ])
  return { densities, moments, add }
}

/** Components of points with few columns, which threads keep in registers. */
export class PointTiles implements Tiles {
  readonly combined = true
  readonly layout = 'records'
  readonly #slices: EngineBuffer
  readonly #moments: EngineBuffer

  private constructor(
    private readonly executor: Executor,
    private readonly shape: MixtureShape,
    readonly rows: number,
    { kernels, scope }: { kernels: Awaited<ReturnType<typeof compileKernels>>; scope: BufferScope },
  ) {
    const bytes = 4 * shape.components * this.#values
    this.#kernels = kernels
    this.#slices = scope.allocate('mixture.slices', slicesOf(rows) * bytes)
    this.#moments = scope.allocate('mixture.moments', bytes)
  }

  readonly #kernels: Awaited<ReturnType<typeof compileKernels>>

  static async create(
    executor: Executor,
    scope: BufferScope,
    shape: MixtureShape,
    { most, weighted }: { most: number; weighted: boolean },
  ): Promise<PointTiles> {
    const { components, columns } = shape
    const values = Math.min(executor.maxBufferBytes, TILE_BYTES) / 4
    const slices = values / (components * momentCount(columns, isDiagonal(shape)))
    const blocks = Math.max(1, Math.floor(slices / THREADS))
    const rows = Math.max(1, Math.min(TILE_ROWS, most, blocks * THREADS * SPAN, Math.floor(values / components)))
    const kernels = await compileKernels(executor, shape, weighted)
    return new PointTiles(executor, shape, rows, { kernels, scope })
  }

  get #values(): number {
    return momentCount(this.shape.columns, isDiagonal(this.shape))
  }

  get groupSize(): number {
    return this.shape.components
  }

  async densities({ chunk, firstRow, rows }: RowTile, { records }: DeviceComponents, to: Densities): Promise<void> {
    const { executor, shape } = this
    const { components, columns } = shape
    const { points, weights } = chunk
    executor.run(this.#kernels.densities, { firstRow, rows, columns, components }, { points, weights, records, ...to })
    await executor.pace.spend(rows * components * (this.#values + EXPONENTIAL_WORK))
  }

  async moments(
    { chunk, firstRow, rows }: RowTile,
    { records }: DeviceComponents,
    responsibilities: EngineBuffer,
  ): Promise<void> {
    const { executor, shape } = this
    const { components, columns } = shape
    const slices = slicesOf(rows)
    const buffers = { points: chunk.points, records, responsibilities, slices: this.#slices }
    executor.run(this.#kernels.moments, { firstRow, rows, columns, components, slices }, buffers)
    const count = components * this.#values
    executor.run(this.#kernels.add, { count, slices }, { slices: this.#slices, moments: this.#moments })
    await executor.pace.spend(2 * rows * components * this.#values)
  }

  noMoments(): Moments {
    const size = this.#values
    return { values: new Float64Array(this.shape.components * size), size }
  }

  async addMoments({ values }: Moments): Promise<void> {
    const sums = new Float32Array(await this.executor.read(this.#moments))
    for (let i = 0; i < sums.length; i++) values[i] += sums[i]
    this.executor.clear(this.#moments)
  }
}

/** Number of threads that add the moments of a component. */
const slicesOf = (rows: number) => THREADS * Math.ceil(rows / (THREADS * SPAN))
