import type { Chunk } from '../../../data/chunks.js'
import type { PointSet } from '../../../data/points.js'
import { BufferScope, type Executor } from '../../../engine/engine.js'
import type { EngineBuffer } from '../../../engine/kernel.js'
import { boundsWords, mostCandidates, nearestBounded } from '../../../kernels/kmeans/pruning/nearest-bounded.js'
import { motionWords, trackCentroids } from '../../../kernels/kmeans/pruning/track-centroids.js'
import type { Assignment, ChunkBuffers } from '../assignment.js'
import { MIN_ROWS } from '../limits.js'
import { boundsBytes, takesBounds } from './limits.js'
import { searchesApart } from './searches.js'

/**
 * Whether bounds may pay for points: on CPU executors, where they agree with the full search to the bit, and elsewhere if the
 * tuning says so.
 */
export function boundable(executor: Executor, { rows, columns, resident }: PointSet, k: number): boolean {
  const tuned = executor.tuning.get('pruning')
  return (
    (executor.traits.immediate || tuned?.bounds === 1) &&
    resident &&
    takesBounds(rows, columns, k, tuned?.work) &&
    !searchesApart(executor, nearestBounded.name, boundsBytes(rows, k))
  )
}

type Kernels = Awaited<ReturnType<typeof compileKernels>>

const compileKernels = async (executor: Executor) => {
  const [track, nearest] = await Promise.all([executor.compile(trackCentroids), executor.compile(nearestBounded)])
  return { track, nearest }
}

/** Bounds of the distances of all points of a set to all centroids of an assignment. */
export class Bounds {
  readonly #scope: BufferScope
  readonly #former: EngineBuffer
  readonly #motion: EngineBuffer
  readonly #bounds = new Map<number, EngineBuffer>()

  private constructor(
    private readonly assignment: Assignment,
    private readonly halfNorms: EngineBuffer,
    private readonly kernels: Kernels,
  ) {
    const { executor, set, k } = assignment
    const groups = Math.ceil(k / 4)
    this.#scope = new BufferScope(executor)
    try {
      this.#former = this.#scope.allocate('kmeans.former', assignment.centroids.size)
      this.#motion = this.#scope.allocate('kmeans.motion', 4 * motionWords(groups))
      for (const { firstRow, rows } of set.pass() as Iterable<Chunk>) {
        this.#bounds.set(firstRow, this.#scope.allocate('kmeans.bounds', 4 * boundsWords(rows, groups)))
      }
    } catch (error) {
      this.#scope.release() // an allocation was refused
      throw error
    }
  }

  /** `halfNorms` are those of pack-centroids. */
  static async create(assignment: Assignment, halfNorms: EngineBuffer): Promise<Bounds> {
    return new Bounds(assignment, halfNorms, await compileKernels(assignment.executor))
  }

  release(): void {
    this.#scope.release()
  }

  /** Follows the centroids, or begins with them. */
  track(anew: boolean): void {
    const { executor, set, k, centroids } = this.assignment
    const parameters = { centroidCount: k, columns: set.columns, groups: Math.ceil(k / 4), anew: anew ? 1 : 0 }
    const buffers = { centroids, halfNorms: this.halfNorms, former: this.#former, motion: this.#motion }
    executor.run(this.kernels.track, parameters, buffers)
  }

  /** Assigns the first `count` points of a chunk, for which about a `share` of all distances is needed. */
  async assign(own: Chunk & ChunkBuffers, count: number, anew: boolean, share: number): Promise<void> {
    const { executor, set, k, centroids, state, signal } = this.assignment
    const { columns, scale, shiftBuffer: shift } = set
    const shape = { allRows: own.rows, columns, centroidCount: k, groups: Math.ceil(k / 4), most: mostCandidates(k) }
    const parameters = { ...shape, scale, chunk: own.index, anew: anew ? 1 : 0 }
    const buffers = { ...own, shift, centroids, state, motion: this.#motion, bounds: this.#bounds.get(own.firstRow)! }
    const run = (firstRow: number, rows: number) =>
      executor.run(this.kernels.nearest, { ...parameters, firstRow, rows }, buffers)
    await executor.pace.cut(count, Math.ceil(k * columns * share), run, { align: MIN_ROWS, signal })
  }

  /** Number of distances of all passes for the first points, at most `most` of them. */
  async count(most: number): Promise<number> {
    let sum = 0
    for (const { firstRow, rows } of this.assignment.set.pass() as Iterable<Chunk>) {
      const count = Math.min(rows, most - firstRow)
      if (count <= 0) break
      const counts = new Float32Array(await this.assignment.executor.read(this.#bounds.get(firstRow)!, 0, 4 * count))
      for (let row = 0; row < count; row++) sum += counts[row]
    }
    return sum
  }
}
