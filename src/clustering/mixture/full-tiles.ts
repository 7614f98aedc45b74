import type { BufferScope, Executor } from '../../engine/engine.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import { addMoments } from '../../kernels/mixture/add-moments.js'
import { centerPoints } from '../../kernels/mixture/center-points.js'
import { momentCount } from '../../kernels/mixture/component-records.js'
import { weighWhitened } from '../../kernels/mixture/weigh-whitened.js'
import { whitenedDensities } from '../../kernels/mixture/whitened-densities.js'
import { MatrixProduct } from '../../linear/product.js'
import type { MixtureShape } from './components.js'
import { type DeviceComponents, momentWidth } from './device-components.js'
import { type Densities, type RowTile, TILE_BYTES, type Tiles } from './tiles.js'
import type { Moments } from './update.js'

/** Number of rows of a tile, whose moments are added in float32, one after another. */
const TILE_ROWS = 512

async function compileKernels(executor: Executor, columns: number, rows: number) {
  const width = momentWidth(columns)
  const [center, densities, weigh, add, whiten, multiply] = await Promise.all([
    executor.compile(centerPoints),
    executor.compile(whitenedDensities),
    executor.compile(weighWhitened),
    executor.compile(addMoments),
    MatrixProduct.prepare(executor, { rows, depth: columns, columns: width }, { vectors: true }),
    MatrixProduct.prepare(executor, { rows: width, depth: rows, columns: width }, { vectors: true }),
  ])
  return { center, densities, weigh, add, whiten, multiply }
}

/** Components with full or tied covariances, whose points are whitened, and their moments added, by matrix products. */
export class FullTiles implements Tiles {
  readonly layout = 'matrices'
  readonly direct = false
  readonly #centered: EngineBuffer
  readonly #whitened: EngineBuffer
  readonly #products: EngineBuffer
  /** The moments of each group of components. */
  readonly #moments: readonly EngineBuffer[]
  readonly #width: number

  private constructor(
    private readonly executor: Executor,
    private readonly shape: MixtureShape,
    readonly rows: number,
    readonly groupSize: number,
    { kernels, scope }: { kernels: Awaited<ReturnType<typeof compileKernels>>; scope: BufferScope },
  ) {
    const { columns } = shape
    const width = momentWidth(columns)
    const allocate = (name: string, values: number) => scope.allocate(`mixture.${name}`, 4 * values)
    this.#kernels = kernels
    this.#width = width
    this.#centered = allocate('centered', groupSize * rows * columns)
    this.#whitened = allocate('whitened', groupSize * rows * width)
    this.#products = allocate('products', groupSize * width * width)
    this.#moments = this.#groups().map(({ components }) => allocate('moments', components * width * width))
  }

  readonly #kernels: Awaited<ReturnType<typeof compileKernels>>

  static async create(
    executor: Executor,
    scope: BufferScope,
    shape: MixtureShape,
    { most }: { most: number },
  ): Promise<FullTiles> {
    const { components, columns } = shape
    const width = momentWidth(columns)
    const values = Math.min(executor.maxBufferBytes, TILE_BYTES) / 4
    const rows = Math.max(1, Math.min(TILE_ROWS, most, Math.floor(values / Math.max(width, components))))
    const groupSize = Math.max(1, Math.min(components, Math.floor(values / (width * Math.max(rows, width)))))
    const kernels = await compileKernels(executor, columns, rows)
    return new FullTiles(executor, shape, rows, groupSize, { kernels, scope })
  }

  async densities(tile: RowTile, parameters: DeviceComponents, to: Densities): Promise<void> {
    const densities = to.responsibilities!
    const { executor, shape } = this
    const { columns } = shape
    const { rows } = tile
    for (const group of this.#groups()) {
      await this.#whiten(tile, parameters, group)
      const { offsets, constants } = parameters
      executor.run(
        this.#kernels.densities,
        { rows, columns, width: this.#width, firstComponent: group.first, components: group.components },
        { whitened: this.#whitened, offsets, constants, densities },
      )
      await executor.pace.spend(group.components * rows * columns)
    }
  }

  async moments(tile: RowTile, parameters: DeviceComponents, densities: Densities, kept: boolean): Promise<void> {
    const { executor, shape } = this
    const responsibilities = densities.responsibilities!
    const { columns } = shape
    const { rows } = tile
    const groups = this.#groups()
    const [whitened, width] = [this.#whitened, this.#width]
    for (const [index, group] of groups.entries()) {
      const { first, components } = group
      if (!kept || groups.length > 1) await this.#whiten(tile, parameters, group)
      executor.run(
        this.#kernels.weigh,
        { rows, columns, width, firstComponent: first, components },
        { responsibilities, offsets: parameters.offsets, whitened },
      )
      const batch = rows * width
      await this.#kernels.multiply.run({
        rows: width,
        depth: rows,
        a: { buffer: whitened, row: 1, column: width, batch },
        b: { buffer: whitened, row: width, column: 1, batch },
        product: { buffer: this.#products },
        batches: components,
      })
      const count = components * width * width
      executor.run(this.#kernels.add, { count, slices: 1 }, { slices: this.#products, moments: this.#moments[index] })
    }
  }

  noMoments(): Moments {
    const size = momentCount(this.shape.columns, false)
    return { values: new Float64Array(this.shape.components * size), size }
  }

  async addMoments({ values }: Moments): Promise<void> {
    const parts = await Promise.all(this.#moments.map((buffer) => this.executor.read(buffer)))
    const [width, last] = [this.#width, this.shape.columns]
    let to = 0
    for (const [group, bytes] of parts.entries()) {
      const part = new Float32Array(bytes)
      for (let matrix = 0; matrix < part.length; matrix += width * width) {
        for (let i = 0; i <= last; i++) {
          for (let j = 0; j <= i; j++) values[to++] += part[matrix + i * width + j]
        }
      }
      this.executor.clear(this.#moments[group])
    }
  }

  /** Queues W (x − m) of the points of a tile for a group of components. */
  async #whiten({ chunk, firstRow, rows }: RowTile, parameters: DeviceComponents, group: Group): Promise<void> {
    const { executor, shape } = this
    const { columns } = shape
    const { first, components, index } = group
    executor.run(
      this.#kernels.center,
      { firstRow, rows, columns, firstComponent: first, components },
      { points: chunk.points, means: parameters.means, centered: this.#centered },
    )
    await executor.pace.spend(components * rows * columns)
    const tied = shape.covariance === 'tied'
    await this.#kernels.whiten.run({
      rows,
      depth: columns,
      a: { buffer: this.#centered, row: columns, column: 1, batch: rows * columns },
      b: {
        buffer: parameters.factors[tied ? 0 : index],
        row: this.#width,
        column: 1,
        batch: tied ? 0 : columns * this.#width,
      },
      product: { buffer: this.#whitened },
      batches: components,
    })
  }

  /** Components whose tile fits the buffers. */
  #groups(): Group[] {
    const { groupSize } = this
    const { components } = this.shape
    return Array.from({ length: Math.ceil(components / groupSize) }, (_, index) => {
      const first = index * groupSize
      return { index, first, components: Math.min(groupSize, components - first) }
    })
  }
}

interface Group {
  index: number
  first: number
  components: number
}
