import { BufferScope, type Compiled, type Executor } from '../../engine/engine.js'
import { type EngineBuffer, UNIFORM_BYTES } from '../../engine/kernel.js'
import { nearestCluster } from '../../kernels/hierarchy/nearest-cluster.js'

/** Clusters as the kernel sees them. */
export interface PackedClusters {
  readonly count: number
  readonly columns: number
  /** Coordinate of a cluster, or its inverse size in the column after the last. */
  valueOf(cluster: number, column: number): number
}

export interface NearestClusters {
  /** For each cluster the number of its nearest, at the lowest of equal measures. */
  nearest: Uint32Array
  measures: Float32Array
}

/** Consecutive groups of four clusters in a buffer. */
interface Piece {
  first: number
  groups: number
  buffer: EngineBuffer
}

/** Columns up to which a thread keeps its clusters, and multiply-adds from which on it pays to compile for their number. */
const CACHED_COLUMNS = 8
const CACHED_WORK = 2 ** 27
/** Groups of a thread at a time where they are not kept. */
const GROUPS = 4

/** The search of all clusters for the nearest other cluster of each. */
export class ClusterSearch {
  private constructor(
    private readonly executor: Executor,
    private readonly compiled: Compiled<typeof nearestCluster.parameters, typeof nearestCluster.bindings>,
  ) {}

  /** Compiles for a number of columns and at most so many clusters. */
  static async create(
    executor: Executor,
    { columns, count }: { columns: number; count: number },
    metric: { WARD?: boolean; MANHATTAN?: boolean },
  ): Promise<ClusterSearch> {
    const { branchingLoads, uniforms } = executor.traits
    const UNIFORM = branchingLoads && uniforms && 16 * GROUPS * (columns + 1) <= UNIFORM_BYTES
    const CACHED = columns <= CACHED_COLUMNS && count * count * columns >= CACHED_WORK
    const constants = CACHED ? { GROUPS: 1, COLUMNS: columns } : { GROUPS, COLUMNS: 1 }
    const compiled = await executor.compile(nearestCluster, { flags: { UNIFORM, CACHED, ...metric }, constants })
    return new ClusterSearch(executor, compiled)
  }

  async find(clusters: PackedClusters, signal?: AbortSignal): Promise<NearestClusters> {
    const { executor, compiled } = this
    const { count, columns } = clusters
    const { UNIFORM } = compiled.flags
    const scope = new BufferScope(executor)
    try {
      const most = (bytes: number) => Math.max(1, Math.floor(bytes / (16 * (columns + 1))))
      const chunks = piecesOf(scope, clusters, most(executor.maxBufferBytes))
      const slices = UNIFORM ? piecesOf(scope, clusters, most(UNIFORM_BYTES), UNIFORM_BYTES) : chunks
      const nearest = new Uint32Array(4 * Math.ceil(count / 4))
      const measures = new Float32Array(nearest.length)
      for (const { first: firstOfChunk, groups: chunkGroups, buffer: chunk } of chunks) {
        const found = scope.allocate('hierarchy.found', 32 * chunkGroups)
        for (const { first: firstOfSlice, groups: sliceGroups, buffer: slice } of slices) {
          const parameters = { clusters: count, columns, firstOfChunk, chunkGroups, firstOfSlice, sliceGroups }
          await executor.pace.cut(
            chunkGroups,
            16 * sliceGroups * columns,
            (first, part) => executor.run(compiled, { ...parameters, first, count: part }, { chunk, slice, found }),
            { signal },
          )
        }
        const bytes = await executor.read(found)
        for (let group = 0; group < chunkGroups; group++) {
          const place = 4 * (firstOfChunk + group)
          measures.set(new Float32Array(bytes, 32 * group, 4), place)
          nearest.set(new Uint32Array(bytes, 32 * group + 16, 4), place)
        }
      }
      signal?.throwIfAborted()
      return { nearest: nearest.subarray(0, count), measures: measures.subarray(0, count) }
    } finally {
      scope.release()
    }
  }
}

/** Clusters in pieces of at most `most` groups, column after column, and their inverse sizes. */
function piecesOf(scope: BufferScope, clusters: PackedClusters, most: number, bytes?: number): Piece[] {
  const { count, columns } = clusters
  const all = Math.ceil(count / 4)
  const pieces: Piece[] = []
  for (let first = 0; first < all; first += most) {
    const groups = Math.min(most, all - first)
    const values = new Float32Array(4 * groups * (columns + 1))
    for (let column = 0, at = 0; column <= columns; column++) {
      for (let cluster = 4 * first; cluster < 4 * (first + groups); cluster++) {
        values[at++] = clusters.valueOf(Math.min(cluster, count - 1), column)
      }
    }
    pieces.push({ first, groups, buffer: scope.upload('hierarchy.clusters', values, bytes) })
  }
  return pieces
}
