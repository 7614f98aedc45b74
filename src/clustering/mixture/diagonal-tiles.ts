import type { BufferScope, Executor } from '../../engine/engine.js'
import { momentCount } from '../../kernels/mixture/component-records.js'
import { diagonalDensities } from '../../kernels/mixture/diagonal-densities.js'
import { diagonalMoments, SLICE_ROWS } from '../../kernels/mixture/diagonal-moments.js'
import type { MixtureShape } from './components.js'
import type { DeviceComponents } from './device-components.js'
import { MomentSums } from './moment-sums.js'
import { type Densities, type RowTile, TILE_BYTES, type Tiles } from './tiles.js'
import type { Moments } from './update.js'

/** Maximum number of rows of a tile. */
const TILE_ROWS = 2 ** 14

async function compileKernels(executor: Executor) {
  const [densities, moments] = await Promise.all([
    executor.compile(diagonalDensities),
    executor.compile(diagonalMoments),
  ])
  return { densities, moments }
}

/** Components with diagonal or spherical covariances. */
export class DiagonalTiles implements Tiles {
  readonly layout = 'matrices'
  readonly direct = false

  private constructor(
    private readonly executor: Executor,
    private readonly shape: MixtureShape,
    readonly rows: number,
    private readonly kernels: Awaited<ReturnType<typeof compileKernels>>,
    private readonly sums: MomentSums,
  ) {}

  static async create(
    executor: Executor,
    scope: BufferScope,
    shape: MixtureShape,
    { most }: { most: number },
  ): Promise<DiagonalTiles> {
    const { components, columns } = shape
    const values = Math.min(executor.maxBufferBytes, TILE_BYTES) / 4
    const slices = Math.max(1, Math.floor(values / (components * momentCount(columns, true))))
    const rows = Math.max(1, Math.min(TILE_ROWS, most, slices * SLICE_ROWS, Math.floor(values / components)))
    const kernels = await compileKernels(executor)
    const sums = await MomentSums.create(executor, scope, shape, Math.ceil(rows / SLICE_ROWS))
    return new DiagonalTiles(executor, shape, rows, kernels, sums)
  }

  get groupSize(): number {
    return this.shape.components
  }

  async densities(
    { chunk, firstRow, rows }: RowTile,
    { means, offsets, constants, factors }: DeviceComponents,
    { responsibilities }: Densities,
  ): Promise<void> {
    const { executor, shape } = this
    const { components, columns } = shape
    const densities = responsibilities!
    const buffers = { points: chunk.points, means, factors: factors[0], offsets, constants, densities }
    executor.run(this.kernels.densities, { firstRow, rows, columns, components }, buffers)
    await executor.pace.spend(2 * rows * components * columns)
  }

  async moments(
    { chunk, firstRow, rows }: RowTile,
    { means, offsets, factors }: DeviceComponents,
    { responsibilities }: Densities,
  ): Promise<void> {
    const { executor, shape } = this
    const { components, columns } = shape
    const { slices } = this.sums
    const buffers = {
      points: chunk.points,
      means,
      factors: factors[0],
      offsets,
      responsibilities: responsibilities!,
      slices,
    }
    executor.run(this.kernels.moments, { firstRow, rows, columns, components }, buffers)
    this.sums.queue(Math.ceil(rows / SLICE_ROWS))
    await executor.pace.spend(4 * rows * components * columns)
  }

  noMoments(): Moments {
    return this.sums.none()
  }

  async addMoments(moments: Moments): Promise<void> {
    await this.sums.addTo(moments)
  }
}
