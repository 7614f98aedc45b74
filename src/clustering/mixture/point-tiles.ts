import type { BufferScope, Executor } from '../../engine/engine.js'
import { UNIFORM_BYTES } from '../../engine/kernel.js'
import { momentCount, recordLayout } from '../../kernels/mixture/component-records.js'
import { pointDensities } from '../../kernels/mixture/point-densities.js'
import { pointMoments } from '../../kernels/mixture/point-moments.js'
import { isDiagonal, type MixtureShape } from './components.js'
import type { DeviceComponents } from './device-components.js'
import { MomentSums } from './moment-sums.js'
import { type Densities, EXPONENTIAL_WORK, type RowTile, TILE_BYTES, type Tiles } from './tiles.js'
import type { Moments } from './update.js'

/** Maximum number of columns that threads keep in registers. */
export const FEW_COLUMNS = 12
/** Maximum number of columns of diagonal components of which a thread takes four times as many, and twice as many points. */
const LARGER_COLUMNS = 8
/** Maximum number of multiply-adds of a tile, so that no submit takes long. */
const TILE_WORK = 2 ** 27

/**
 * How threads share the work. On Mesa's driver every load takes as long as 10 to 20 multiply-adds of 8 threads, so that
 * 4 points per thread find densities in 0.3 to 0.4 times the time of one, and 2 components per thread moments in 0.65 times.
 * Diagonal ones of few columns gain from more of both; with twice as many, kernels of full covariances take 9 s to compile
 * instead of 3, and those of diagonal ones in 12 columns 14 s instead of 6 (docs/measurements.md).
 */
function divisionOf({ traits }: Executor, shape: MixtureShape) {
  const large = traits.largeTiles && !traits.unrolledLoops
  const workgroup = traits.narrowWorkgroups ? 8 : 64
  const diagonal = isDiagonal(shape)
  const larger = large && diagonal && shape.columns <= LARGER_COLUMNS
  const all = 2 ** Math.ceil(Math.log2(shape.components))
  const lanes = Math.min(larger ? 2 : workgroup, 32, all)
  return {
    /** Number of points of a thread that finds densities. */
    points: larger ? 8 : large ? 4 : 1,
    /** Number of points whose moments a thread adds. */
    span: traits.largeTiles ? 256 : 64,
    /** Number of threads of a workgroup that add moments, and of those that share a slice. */
    workgroup,
    lanes,
    /** Number of slices of a workgroup. */
    slices: workgroup / lanes,
    /** Number of components of each of those threads. */
    components: large && diagonal ? Math.min(larger ? 8 : 2, all / lanes) : 1,
  }
}
type Division = ReturnType<typeof divisionOf>

/** Number of slices of a tile. */
const slicesOf = (rows: number, { slices, span }: Division) => slices * Math.ceil(rows / (slices * span))

async function compileKernels(executor: Executor, shape: MixtureShape, division: Division, WEIGHTED: boolean) {
  const { components, columns } = shape
  const DIAGONAL = isDiagonal(shape)
  const { size } = recordLayout(columns, DIAGONAL)
  const UNIFORM = executor.traits.uniforms && 4 * components * size <= UNIFORM_BYTES
  const constants = { COLUMNS: columns, VECTORS: size / 4 }
  const densities = (EACH: boolean) => {
    return executor.compile(pointDensities, {
      flags: { DIAGONAL, EACH, UNIFORM },
      constants: { ...constants, POINTS: division.points },
    })
  }
  const moments = (flags: { GIVEN?: boolean; WEIGHTED?: boolean }) => {
    return executor.compile(pointMoments, {
      flags: { DIAGONAL, ...flags },
      constants: { ...constants, SPAN: division.span, LANES: division.lanes, COMPONENTS: division.components },
      workgroupSize: division.workgroup,
    })
  }
  const [inMixture, inEach, given, own] = await Promise.all([
    densities(false),
    densities(true),
    moments({ GIVEN: true }),
    moments({ WEIGHTED }),
  ])
  return { inMixture, inEach, given, own }
}

/** Components of points with few columns, which threads keep in registers. */
export class PointTiles implements Tiles {
  readonly layout = 'records'
  readonly direct = true

  private constructor(
    private readonly executor: Executor,
    private readonly shape: MixtureShape,
    readonly rows: number,
    private readonly sums: MomentSums,
    private readonly how: { division: Division; kernels: Awaited<ReturnType<typeof compileKernels>> },
  ) {}

  static async create(
    executor: Executor,
    scope: BufferScope,
    shape: MixtureShape,
    { most, weighted }: { most: number; weighted: boolean },
  ): Promise<PointTiles> {
    const { components, columns } = shape
    const division = divisionOf(executor, shape)
    const values = Math.min(executor.maxBufferBytes, TILE_BYTES) / 4
    const moments = momentCount(columns, isDiagonal(shape))
    const workgroups = Math.max(1, Math.floor(values / (components * moments * division.slices)))
    const fitting = Math.min(most, workgroups * division.slices * division.span, Math.floor(values / components))
    const rows = Math.max(1, Math.min(fitting, Math.floor(TILE_WORK / (components * workOf(moments)))))
    const kernels = await compileKernels(executor, shape, division, weighted)
    const sums = await MomentSums.create(executor, scope, shape, slicesOf(rows, division))
    return new PointTiles(executor, shape, rows, sums, { division, kernels })
  }

  get groupSize(): number {
    return this.shape.components
  }

  async densities({ chunk, firstRow, rows }: RowTile, { records }: DeviceComponents, to: Densities): Promise<void> {
    const { executor, shape, sums, how } = this
    const { components, columns } = shape
    const { logDensities, labels, responsibilities } = to
    const kernel = responsibilities ? how.kernels.inEach : how.kernels.inMixture
    executor.run(
      kernel,
      { firstRow, rows, columns, components },
      { points: chunk.points, records, logDensities, labels, densities: responsibilities ?? sums.slices },
    )
    await executor.pace.spend(rows * components * workOf(sums.size))
  }

  async moments(
    { chunk, firstRow, rows }: RowTile,
    { records }: DeviceComponents,
    { logDensities, responsibilities }: Densities,
  ): Promise<void> {
    const { executor, shape, sums, how } = this
    const { components, columns } = shape
    const slices = slicesOf(rows, how.division)
    const { points, weights } = chunk
    const buffers = { points, weights, records, logDensities, slices: sums.slices }
    executor.run(
      responsibilities ? how.kernels.given : how.kernels.own,
      { firstRow, rows, columns, components, slices },
      { ...buffers, responsibilities: responsibilities ?? logDensities },
    )
    sums.queue(slices)
    await executor.pace.spend(rows * components * 2 * workOf(sums.size))
  }

  noMoments(): Moments {
    return this.sums.none()
  }

  async addMoments(moments: Moments): Promise<void> {
    await this.sums.addTo(moments)
  }
}

/** Cost of a point's density in a component, in multiply-adds; its moments cost about twice that. */
const workOf = (moments: number) => moments + EXPONENTIAL_WORK
