import { BufferScope, type Compiled, type Executor } from '../../engine/engine.js'
import { type EngineBuffer, UNIFORM_BYTES } from '../../engine/kernel.js'
import { swapChanges } from '../../kernels/medoids/swap-changes.js'
import { type Distances, GivenDistances, PointDistances } from './distances.js'
import { type PointGroups, sliceGroups } from './point-slices.js'

/** Columns up to which a thread keeps its candidates. */
const CACHED_COLUMNS = 8
/** Groups of candidates of a thread where it does not. */
const GROUPS = 4
/** Most bytes of distances in a buffer. */
const STORED_BYTES = 2 ** 27

/** For every candidate, in the units of the distances, with the sign that lowers the cost negative. */
export interface Changes {
  /** Σ w · min(d − d₁, 0) over all points. */
  gains: Float64Array
  /** The least Σ w · (min(d, d₂) − min(d, d₁)) over the points of a cluster, and the number of that. */
  rises: Float64Array
  clusters: Uint32Array
  /** Bound of the rounding of a gain or rise, as a share of it, and that of a distance. */
  sumError: number
  distanceError: number
}

/** Groups of four candidates whose columns, or distances, are in a buffer. */
interface Chunk {
  first: number
  groups: number
  candidates: EngineBuffer
  changes: EngineBuffer
  medoids: EngineBuffer
}

type SwapChanges = Compiled<typeof swapChanges.parameters, typeof swapChanges.bindings>

/** Passes over all candidates on the engine. */
export class ChangeSearch {
  private constructor(
    private readonly executor: Executor,
    private readonly compiled: SwapChanges,
    private readonly distances: Distances,
    private readonly chunks: readonly Chunk[],
    private readonly signal?: AbortSignal,
  ) {}

  /** Uploads the candidates; `scope` keeps them. */
  static async create(
    executor: Executor,
    scope: BufferScope,
    distances: Distances,
    signal?: AbortSignal,
  ): Promise<ChangeSearch> {
    const STORED = distances instanceof GivenDistances
    const columns = columnsOf(distances)
    const { branchingLoads, uniforms } = executor.traits
    const UNIFORM = branchingLoads && uniforms && 16 * (columns + 3) <= UNIFORM_BYTES
    const CACHED = !STORED && columns <= CACHED_COLUMNS
    const MANHATTAN = distances instanceof PointDistances && distances.measured.manhattan
    const compiled = await executor.compile(swapChanges, {
      flags: { MANHATTAN, UNIFORM, CACHED, STORED },
      constants: CACHED ? { GROUPS: 1, COLUMNS: columns } : { GROUPS, COLUMNS: 1 },
    })
    const all = Math.ceil(distances.candidates / 4)
    const height = STORED ? distances.rows.length : columns
    const most = Math.floor(
      Math.min(executor.maxBufferBytes, STORED ? STORED_BYTES : Infinity) / (16 * Math.max(3, height)),
    )
    const chunks: Chunk[] = []
    for (let first = 0; first < all; first += Math.max(1, most)) {
      const groups = Math.min(Math.max(1, most), all - first)
      signal?.throwIfAborted()
      chunks.push({
        first,
        groups,
        candidates: scope.upload('medoids.candidates', packCandidates(distances, first, groups, height)),
        changes: scope.allocate('medoids.changes', 48 * groups),
        medoids: scope.allocate('medoids.medoids', 16 * groups),
      })
    }
    return new ChangeSearch(executor, compiled, distances, chunks, signal)
  }

  /** The changes of all candidates. */
  async find(points: PointGroups): Promise<Changes> {
    const { executor, compiled, distances, chunks, signal } = this
    const { candidates, scale } = distances
    const columns = columnsOf(distances)
    const { UNIFORM } = compiled.flags
    const rooted = distances instanceof PointDistances && distances.rooted ? 1 : 0
    const scope = new BufferScope(executor)
    try {
      const most = Math.max(1, Math.floor(UNIFORM_BYTES / (16 * (columns + 3))))
      const slices = sliceGroups(distances, points, most).map(({ values, clusters, ...rest }) => ({
        ...rest,
        buffers: {
          points: scope.upload('medoids.points', values, UNIFORM ? UNIFORM_BYTES : undefined),
          clusters: scope.upload('medoids.clusters', clusters),
        },
      }))
      const found = new Found(candidates)
      for (const { first: firstGroup, groups, ...chunk } of chunks) {
        for (const [number, { pointGroups, parts, buffers }] of slices.entries()) {
          const begins = number === 0 ? 1 : 0
          const shape = { columns, candidateGroups: groups, pointGroups, parts, begins, rooted }
          const run = (first: number, count: number) =>
            executor.run(compiled, { ...shape, first, count }, { ...chunk, ...buffers })
          await executor.pace.cut(groups, 16 * pointGroups * (columns + 4), run, { signal })
        }
        const [changes, medoids] = await Promise.all([executor.read(chunk.changes), executor.read(chunk.medoids)])
        found.enter(4 * firstGroup, new Float32Array(changes), new Uint32Array(medoids), 1 / scale)
        signal?.throwIfAborted()
      }
      // Partial sums are those of `most` groups at a time; roots may be off by 5 units in the last place.
      return {
        ...found,
        sumError: (most + slices.length + 8) * 2 ** -24,
        distanceError: (columns + 16) * 2 ** -24,
      }
    } finally {
      scope.release()
    }
  }
}

/** Columns of what is compared, or the row of given distances. */
const columnsOf = (distances: Distances) => (distances instanceof PointDistances ? distances.measured.columns : 1)

class Found {
  readonly gains: Float64Array
  readonly rises: Float64Array
  readonly clusters: Uint32Array

  constructor(candidates: number) {
    this.gains = new Float64Array(candidates)
    this.rises = new Float64Array(candidates)
    this.clusters = new Uint32Array(candidates)
  }

  enter(first: number, changes: Float32Array, clusters: Uint32Array, scale: number): void {
    const end = Math.min(clusters.length, this.gains.length - first)
    for (let at = 0; at < end; at++) {
      const place = 12 * (at >> 2) + (at & 3)
      this.gains[first + at] = changes[place] * scale
      this.rises[first + at] = changes[place + 4] * scale
      this.clusters[first + at] = clusters[at]
    }
  }
}

/** Coordinates of groups of four candidates, column after column, or their distances, point after point. */
function packCandidates(
  distances: Distances,
  first: number,
  groups: number,
  height: number,
): Float32Array<ArrayBuffer> {
  const { candidates, rows, scale } = distances
  const width = 4 * groups
  const values = new Float32Array(width * height)
  const [begin, end] = [4 * first, Math.min(candidates, 4 * (first + groups))]
  if (distances instanceof PointDistances) {
    const { data } = distances.measured
    for (let column = 0; column < height; column++) {
      for (let row = begin; row < end; row++) values[column * width + row - begin] = data[row * height + column]
    }
  } else if (distances instanceof GivenDistances) {
    const { data, columns } = distances.matrix
    for (let point = 0; point < height; point++) {
      for (let row = begin, from = rows[point] * columns; row < end; row++) {
        values[point * width + row - begin] = data[from + row] * scale
      }
    }
  }
  return values
}
