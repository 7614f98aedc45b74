import { BufferScope, type Compiled, type Executor } from '../../engine/engine.js'
import { type EngineBuffer, UNIFORM_BYTES } from '../../engine/kernel.js'
import { swapChanges } from '../../kernels/medoids/swap-changes.js'
import { type Distances, GivenDistances, PointDistances } from './distances.js'
import { type PointGroups, packCandidates, sliceGroups } from './point-slices.js'

/** Columns up to which a thread keeps its candidates. */
const CACHED_COLUMNS = 8
/** Groups of candidates of a thread where it does not. */
const GROUPS = 4
/** Most bytes of distances in a buffer. */
const STORED_BYTES = 2 ** 27
/** Most blocks of candidates, and least candidates of one. */
const BLOCKS = 16
const BLOCK_ROWS = 512

/** Sums for candidates, in the units of the distances. */
export interface Changes {
  /** Rows of the candidates. */
  rows: Uint32Array
  /** Σ w · min(d − d₁, 0) over all points. */
  gains: Float64Array
  /** The least Σ w · (min(d, d₂) − min(d, d₁)) over the points of a cluster, and the number of that. */
  rises: Float64Array
  clusters: Uint32Array
  /** Bound of the rounding of a gain or rise, as a share of it, and that of a distance. */
  sumError: number
  distanceError: number
}

/** Groups of four candidates of a block whose columns, or distances, are in a buffer. */
interface Chunk {
  block: number
  rows: Uint32Array
  groups: number
  buffers: { candidates: EngineBuffer; changes: EngineBuffer; medoids: EngineBuffer }
}

interface LoadedSlice {
  pointGroups: number
  parts: number
  points: EngineBuffer
  clusters: EngineBuffer
}

type SwapChanges = Compiled<typeof swapChanges.parameters, typeof swapChanges.bindings>

/** Sums over points for candidates, which the engine finds. The candidates are in blocks: every B-th row is of one block. */
export class ChangeSearch {
  readonly #points: BufferScope
  #slices: LoadedSlice[] = []

  private constructor(
    private readonly executor: Executor,
    private readonly compiled: SwapChanges,
    private readonly distances: Distances,
    private readonly chunks: readonly Chunk[],
    readonly blocks: number,
    private readonly signal?: AbortSignal,
  ) {
    this.#points = new BufferScope(executor)
  }

  /** Uploads the candidates; `scope` keeps them. */
  static async create(
    executor: Executor,
    scope: BufferScope,
    distances: Distances,
    signal?: AbortSignal,
  ): Promise<ChangeSearch> {
    const { candidates } = distances
    const STORED = distances instanceof GivenDistances
    const columns = columnsOf(distances)
    const { branchingLoads, uniforms, narrowWorkgroups } = executor.traits
    const UNIFORM = branchingLoads && uniforms && 16 * (columns + 3) <= UNIFORM_BYTES
    const CACHED = !STORED && columns <= CACHED_COLUMNS
    const MANHATTAN = distances instanceof PointDistances && distances.measured.manhattan
    const compiled = await executor.compile(swapChanges, {
      flags: { MANHATTAN, UNIFORM, CACHED, STORED },
      constants: CACHED ? { GROUPS: 1, COLUMNS: columns } : { GROUPS, COLUMNS: 1 },
      // Few candidates are a block; their threads are for all cores.
      ...(narrowWorkgroups && { workgroupSize: 16 }),
    })
    const height = STORED ? distances.rows.length : columns
    const bytes = Math.min(executor.maxBufferBytes, STORED ? STORED_BYTES : Infinity)
    const most = 4 * Math.max(1, Math.floor(bytes / (16 * Math.max(3, height))))
    const blocks = Math.min(BLOCKS, Math.ceil(candidates / BLOCK_ROWS))
    const chunks: Chunk[] = []
    for (let block = 0; block < blocks; block++) {
      for (let first = block; first < candidates; first += most * blocks) {
        const rows = new Uint32Array(Math.min(most, Math.ceil((candidates - first) / blocks)))
        for (let at = 0; at < rows.length; at++) rows[at] = first + at * blocks
        const groups = Math.ceil(rows.length / 4)
        signal?.throwIfAborted()
        const buffers = {
          candidates: scope.upload('medoids.candidates', packCandidates(distances, rows)),
          changes: scope.allocate('medoids.changes', 48 * groups),
          medoids: scope.allocate('medoids.medoids', 16 * groups),
        }
        chunks.push({ block, rows, groups, buffers })
      }
    }
    return new ChangeSearch(executor, compiled, distances, chunks, blocks, signal)
  }

  /** Uploads the points, in place of those before. */
  load(points: PointGroups): void {
    const scope = this.#points
    scope.release()
    const uniform = this.compiled.flags.UNIFORM ? UNIFORM_BYTES : undefined
    this.#slices = sliceGroups(this.distances, points, this.#groupsOfSlice).map(({ values, clusters, ...rest }) => ({
      ...rest,
      points: scope.upload('medoids.points', values, uniform),
      clusters: scope.upload('medoids.clusters', clusters),
    }))
  }

  get #groupsOfSlice(): number {
    return Math.max(1, Math.floor(UNIFORM_BYTES / (16 * (columnsOf(this.distances) + 3))))
  }

  /** The sums of the candidates of a block, or of all, over the points. */
  async find(block?: number): Promise<Changes> {
    const { executor, compiled, distances, signal } = this
    const slices = this.#slices
    const columns = columnsOf(distances)
    const rooted = distances instanceof PointDistances && distances.rooted ? 1 : 0
    const chunks = this.chunks.filter((chunk) => block === undefined || chunk.block === block)
    for (const { groups, buffers } of chunks) {
      for (const [number, { pointGroups, parts, points, clusters }] of slices.entries()) {
        const begins = number === 0 ? 1 : 0
        const shape = { columns, candidateGroups: groups, pointGroups, parts, begins, rooted }
        const run = (first: number, count: number) =>
          executor.run(compiled, { ...shape, first, count }, { ...buffers, points, clusters })
        await executor.pace.cut(groups, 16 * pointGroups * (columns + 4), run, { signal })
      }
    }
    const found = new Found(chunks.reduce((sum, { rows }) => sum + rows.length, 0))
    for (const { rows, buffers } of chunks) {
      const [changes, medoids] = await Promise.all([executor.read(buffers.changes), executor.read(buffers.medoids)])
      found.enter(rows, new Float32Array(changes), new Uint32Array(medoids), 1 / distances.scale)
    }
    signal?.throwIfAborted()
    const { rows, gains, rises, clusters } = found
    // Partial sums are those of a slice; roots may be off by 5 units in the last place.
    const sumError = (this.#groupsOfSlice + slices.length + 8) * 2 ** -24
    return { rows, gains, rises, clusters, sumError, distanceError: (columns + 16) * 2 ** -24 }
  }

  release(): void {
    this.#points.release()
  }
}

/** Columns of what is compared, or the row of given distances. */
const columnsOf = (distances: Distances) => (distances instanceof PointDistances ? distances.measured.columns : 1)

class Found {
  readonly rows: Uint32Array
  readonly gains: Float64Array
  readonly rises: Float64Array
  readonly clusters: Uint32Array
  #count = 0

  constructor(candidates: number) {
    this.rows = new Uint32Array(candidates)
    this.gains = new Float64Array(candidates)
    this.rises = new Float64Array(candidates)
    this.clusters = new Uint32Array(candidates)
  }

  enter(rows: Uint32Array, changes: Float32Array, clusters: Uint32Array, scale: number): void {
    const first = this.#count
    this.#count += rows.length
    this.rows.set(rows, first)
    for (let at = 0; at < rows.length; at++) {
      const place = 12 * (at >> 2) + (at & 3)
      this.gains[first + at] = changes[place] * scale
      this.rises[first + at] = changes[place + 4] * scale
      this.clusters[first + at] = clusters[at]
    }
  }
}
