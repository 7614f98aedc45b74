import type { BufferScope, Executor } from '../../engine/engine.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import { addMoments } from '../../kernels/mixture/add-moments.js'
import { diagonalDensities } from '../../kernels/mixture/diagonal-densities.js'
import { diagonalMoments, SLICE_ROWS } from '../../kernels/mixture/diagonal-moments.js'
import type { MixtureShape } from './components.js'
import type { DeviceComponents } from './device-components.js'
import type { Densities, RowTile, Tiles } from './tiles.js'
import type { Moments } from './update.js'

/** Maximum number of rows of a tile. */
const TILE_ROWS = 2 ** 14
/** Maximum bytes of a buffer for a tile. */
const TILE_BYTES = 2 ** 24

async function compileKernels(executor: Executor) {
  const [densities, moments, add] = await Promise.all([
    executor.compile(diagonalDensities),
    executor.compile(diagonalMoments),
    executor.compile(addMoments),
  ])
  return { densities, moments, add }
}

/** Components with diagonal or spherical covariances. */
export class DiagonalTiles implements Tiles {
  readonly combined = false
  readonly layout = 'matrices'
  readonly #slices: EngineBuffer
  readonly #moments: EngineBuffer

  private constructor(
    private readonly executor: Executor,
    private readonly shape: MixtureShape,
    readonly rows: number,
    { kernels, scope }: { kernels: Awaited<ReturnType<typeof compileKernels>>; scope: BufferScope },
  ) {
    const bytes = 4 * shape.components * (1 + 2 * shape.columns)
    this.#kernels = kernels
    this.#slices = scope.allocate('mixture.slices', Math.ceil(rows / SLICE_ROWS) * bytes)
    this.#moments = scope.allocate('mixture.moments', bytes)
  }

  readonly #kernels: Awaited<ReturnType<typeof compileKernels>>

  static async create(
    executor: Executor,
    scope: BufferScope,
    shape: MixtureShape,
    { most }: { most: number },
  ): Promise<DiagonalTiles> {
    const { components, columns } = shape
    const values = Math.min(executor.maxBufferBytes, TILE_BYTES) / 4
    const slices = Math.max(1, Math.floor(values / (components * (1 + 2 * columns))))
    const rows = Math.max(1, Math.min(TILE_ROWS, most, slices * SLICE_ROWS, Math.floor(values / components)))
    return new DiagonalTiles(executor, shape, rows, { kernels: await compileKernels(executor), scope })
  }

  get groupSize(): number {
    return this.shape.components
  }

  async densities({ chunk, firstRow, rows }: RowTile, parameters: DeviceComponents, to: Densities): Promise<void> {
    const densities = to.responsibilities
    const { executor, shape } = this
    const { components, columns } = shape
    const { means, offsets, constants, factors } = parameters
    const buffers = { points: chunk.points, means, factors: factors[0], offsets, constants, densities }
    executor.run(this.#kernels.densities, { firstRow, rows, columns, components }, buffers)
    await executor.pace.spend(2 * rows * components * columns)
  }

  async moments(
    { chunk, firstRow, rows }: RowTile,
    { means, offsets, factors }: DeviceComponents,
    responsibilities: EngineBuffer,
  ): Promise<void> {
    const { executor, shape } = this
    const { components, columns } = shape
    const slices = this.#slices
    const buffers = { points: chunk.points, means, factors: factors[0], offsets, responsibilities, slices }
    executor.run(this.#kernels.moments, { firstRow, rows, columns, components }, buffers)
    const count = components * (1 + 2 * columns)
    executor.run(this.#kernels.add, { count, slices: Math.ceil(rows / SLICE_ROWS) }, { slices, moments: this.#moments })
    await executor.pace.spend(4 * rows * components * columns)
  }

  noMoments(): Moments {
    const size = 1 + 2 * this.shape.columns
    return { values: new Float64Array(this.shape.components * size), size }
  }

  async addMoments({ values }: Moments): Promise<void> {
    const sums = new Float32Array(await this.executor.read(this.#moments))
    for (let i = 0; i < sums.length; i++) values[i] += sums[i]
    this.executor.clear(this.#moments)
  }
}
