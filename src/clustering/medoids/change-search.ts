import { BufferScope, type Compiled, type Executor } from '../../engine/engine.js'
import { type EngineBuffer, UNIFORM_BYTES } from '../../engine/kernel.js'
import { swapChanges } from '../../kernels/medoids/swap-changes.js'
import { NONE } from '../../kernels/shared/none.js'
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

/** Consecutive groups of four candidates whose columns, or distances, are in a buffer; NONE fills the last of a block. */
interface Chunk {
  first: number
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
    private readonly starts: readonly number[],
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
    const most = Math.max(1, Math.floor(bytes / (16 * Math.max(3, height))))
    const { order, starts } = orderByBlock(candidates, Math.min(BLOCKS, Math.ceil(candidates / BLOCK_ROWS)))
    const chunks: Chunk[] = []
    for (let first = 0; 4 * first < order.length; first += most) {
      const rows = order.subarray(4 * first, 4 * (first + most))
      signal?.throwIfAborted()
      const buffers = {
        candidates: scope.upload('medoids.candidates', packCandidates(distances, rows)),
        changes: scope.allocate('medoids.changes', 12 * rows.length),
        medoids: scope.allocate('medoids.medoids', 4 * rows.length),
      }
      chunks.push({ first, rows, groups: rows.length / 4, buffers })
    }
    return new ChangeSearch(executor, compiled, distances, chunks, starts, signal)
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
    const [from, to] = block === undefined ? [0, this.starts.at(-1)!] : [this.starts[block], this.starts[block + 1]]
    const parts = this.chunks
      .map((chunk) => {
        const begin = Math.max(from, chunk.first)
        return { ...chunk, begin: begin - chunk.first, count: Math.min(to, chunk.first + chunk.groups) - begin }
      })
      .filter(({ count }) => count > 0)
    for (const { groups, buffers, begin, count } of parts) {
      for (const [number, { pointGroups, parts, points, clusters }] of slices.entries()) {
        const shape = { columns, candidateGroups: groups, pointGroups, parts, begins: number === 0 ? 1 : 0, rooted }
        const run = (first: number, count: number) =>
          executor.run(compiled, { ...shape, first: begin + first, count }, { ...buffers, points, clusters })
        await executor.pace.cut(count, 16 * pointGroups * (columns + 4), run, { signal })
      }
    }
    const found = new Found(4 * (to - from))
    for (const { rows, buffers, begin, count } of parts) {
      const [changes, medoids] = await Promise.all([
        executor.read(buffers.changes, 48 * begin, 48 * count),
        executor.read(buffers.medoids, 16 * begin, 16 * count),
      ])
      const own = rows.subarray(4 * begin, 4 * (begin + count))
      found.enter(own, new Float32Array(changes), new Uint32Array(medoids), 1 / distances.scale)
    }
    signal?.throwIfAborted()
    const { rows, gains, rises, clusters } = found.listed
    // Partial sums are those of a slice; roots may be off by 5 units in the last place.
    const sumError = (this.#groupsOfSlice + slices.length + 8) * 2 ** -24
    return { rows, gains, rises, clusters, sumError, distanceError: (columns + 16) * 2 ** -24 }
  }

  get blocks(): number {
    return this.starts.length - 1
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
    for (let at = 0; at < rows.length; at++) {
      if (rows[at] === NONE) continue
      const place = 12 * (at >> 2) + (at & 3)
      const to = this.#count++
      this.rows[to] = rows[at]
      this.gains[to] = changes[place] * scale
      this.rises[to] = changes[place + 4] * scale
      this.clusters[to] = clusters[at]
    }
  }

  get listed() {
    const [rows, clusters] = [this.rows.subarray(0, this.#count), this.clusters.subarray(0, this.#count)]
    return { rows, clusters, gains: this.gains.subarray(0, this.#count), rises: this.rises.subarray(0, this.#count) }
  }
}

/** Rows by block, each filled to whole groups of four by NONE, and the first groups of the blocks and that after the last. */
function orderByBlock(candidates: number, blocks: number) {
  const starts = [0]
  for (let block = 0; block < blocks; block++) {
    starts.push(starts[block] + Math.ceil(Math.ceil((candidates - block) / blocks) / 4))
  }
  const order = new Uint32Array(4 * starts[blocks]).fill(NONE)
  for (let block = 0; block < blocks; block++) {
    for (let row = block, at = 4 * starts[block]; row < candidates; row += blocks) order[at++] = row
  }
  return { order, starts }
}
