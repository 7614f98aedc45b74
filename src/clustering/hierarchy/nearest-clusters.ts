import { BufferScope, type Compiled, type Executor } from '../../engine/engine.js'
import { UNIFORM_BYTES } from '../../engine/kernel.js'
import { nearestCluster } from '../../kernels/hierarchy/nearest-cluster.js'
import { groupBytes, type PackedRows, piecesOf } from '../../neighbors/pieces.js'

export interface NearestClusters {
  /** For each cluster that was searched for the number of its nearest, at the lowest of equal measures. */
  nearest: Uint32Array
  measures: Float32Array
}

/** Columns up to which a thread keeps its clusters, and multiply-adds from which on it pays to compile for their number. */
export const CACHED_COLUMNS = 8
export const CACHED_WORK = 2 ** 27
/** Groups of a thread at a time where they are not kept. */
const GROUPS = 4

/** The search for the nearest other clusters. */
export class ClusterSearch {
  private constructor(
    private readonly executor: Executor,
    private readonly compiled: Compiled<typeof nearestCluster.parameters, typeof nearestCluster.bindings>,
  ) {}

  /** Compiles for so many columns, the inverse sizes among them, and at most so many clusters. */
  static async create(
    executor: Executor,
    { width, count }: PackedRows,
    metric: { WARD?: boolean; MANHATTAN?: boolean },
  ): Promise<ClusterSearch> {
    const columns = width - 1
    const { branchingLoads, uniforms } = executor.traits
    const UNIFORM = branchingLoads && uniforms && GROUPS * groupBytes(width) <= UNIFORM_BYTES
    const CACHED = columns <= CACHED_COLUMNS && count * count * columns >= CACHED_WORK
    const constants = CACHED ? { GROUPS: 1, COLUMNS: columns } : { GROUPS, COLUMNS: 1 }
    const compiled = await executor.compile(nearestCluster, { flags: { UNIFORM, CACHED, ...metric }, constants })
    return new ClusterSearch(executor, compiled)
  }

  /** The last column of `clusters` are inverse sizes; `numbers` those that are searched for. */
  async find(clusters: PackedRows, numbers: Uint32Array, signal?: AbortSignal): Promise<NearestClusters> {
    const { executor, compiled } = this
    const { count, width } = clusters
    const columns = width - 1
    const { UNIFORM } = compiled.flags
    const scope = new BufferScope(executor)
    try {
      const most = (bytes: number, width: number) => Math.max(1, Math.floor(bytes / groupBytes(width)))
      const numbered = {
        count: numbers.length,
        width: width + 1,
        valueOf: (item: number, column: number) =>
          column < width ? clusters.valueOf(numbers[item], column) : numbers[item],
      }
      const pieces = piecesOf(scope, numbered, most(executor.maxBufferBytes, width + 1))
      const slices = UNIFORM
        ? piecesOf(scope, clusters, most(UNIFORM_BYTES, width), UNIFORM_BYTES)
        : piecesOf(scope, clusters, most(executor.maxBufferBytes, width))
      const nearest = new Uint32Array(4 * Math.ceil(numbers.length / 4))
      const measures = new Float32Array(nearest.length)
      for (const { first: firstOfPiece, groups: queryGroups, buffer: queries } of pieces) {
        const found = scope.allocate('hierarchy.found', 32 * queryGroups)
        for (const { first: firstOfSlice, groups: sliceGroups, buffer: slice } of slices) {
          const parameters = { clusters: count, columns, queryGroups, firstOfSlice, sliceGroups }
          await executor.pace.cut(
            queryGroups,
            16 * sliceGroups * columns,
            (first, part) => executor.run(compiled, { ...parameters, first, count: part }, { queries, slice, found }),
            { signal },
          )
        }
        const bytes = await executor.read(found)
        for (let group = 0; group < queryGroups; group++) {
          const place = 4 * (firstOfPiece + group)
          measures.set(new Float32Array(bytes, 32 * group, 4), place)
          nearest.set(new Uint32Array(bytes, 32 * group + 16, 4), place)
        }
      }
      signal?.throwIfAborted()
      return { nearest: nearest.subarray(0, numbers.length), measures: measures.subarray(0, numbers.length) }
    } finally {
      scope.release()
    }
  }
}
