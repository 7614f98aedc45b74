import { powerOfTwo } from '../../data/column-summary.js'
import type { PointSet } from '../../data/points.js'
import { BufferScope, type Executor, runSteps } from '../../engine/engine.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import { KMeansState, Stopped } from '../../kernels/kmeans/kmeans-state.js'
import { type Assignment, type AssignmentOptions, assignments, type ChunkTask } from './assignment.js'
import type { EmptyClusters } from './empty-clusters.js'
import { fillClusters } from './fill-clusters.js'
import { MIN_ROWS } from './limits.js'
import { compileUpdate, type IterationEnd, updateSteps } from './program.js'

/** Number of iterations between two reads of the state. */
const BATCH = 8
/** Maximum bytes of centroids that are read together with the state: a separate wait would take longer. */
const READ_ALONG_BYTES = 2 ** 15
/** Cost of adding a coordinate to the sums, in multiply-adds. */
const ADDITION_WORK = 16

export interface LloydOptions {
  maxIterations: number
  /** Maximum total movement of the centroids, in working units, at the last iteration; null: until no label changes. */
  threshold: number | null
  emptyClusters: EmptyClusters
}

export interface LloydEnd {
  iterations: number
  converged: boolean
  /** Working coordinates, if they were read together with the state. */
  centroids: Float32Array | null
}

/**
 * Lloyd's algorithm on the device: buffers and pipelines for one set of points and one number of clusters. The
 * algorithm itself is `iterate`: assign every point to the nearest centroid, move every centroid to the mean of its
 * points.
 */
export class LloydJob {
  readonly #scope: BufferScope
  readonly #sums: EngineBuffer
  readonly #steps: ReturnType<typeof updateSteps>
  /** Number of iterations since `start`. */
  #iterations = 0

  private constructor(
    /** Centroids, labels and state. */
    readonly assignment: Assignment,
    kernels: Awaited<ReturnType<typeof compileUpdate>>,
    scope: BufferScope,
  ) {
    const { set, k, centroids, state } = assignment
    const { columns, scale, shiftBuffer: shift } = set
    this.#scope = scope
    this.#sums = scope.allocate('kmeans.sums', 4 * kernels.sumWords)
    const movements = scope.allocate('kmeans.movements', 4 * k)
    const scales = scope.upload('kmeans.scales', fixedPointScales(set))
    // Keeps the sum of all weights below 2⁶³.
    const weightExponent = set.weights ? Math.max(-126, Math.ceil(Math.log2(set.totalWeight)) - 61) : 0
    const shared = { centroids, shift, scales, sums: this.#sums, movements, state }
    this.#steps = updateSteps(kernels, { columns, k, scale, weightExponent }, shared)
  }

  /** With `cumulative`, centroids are means over the points of all iterations since `start`: mini-batches. */
  static async create(executor: Executor, set: PointSet, k: number, options?: AssignmentOptions): Promise<LloydJob> {
    const assignment = await assignments.kind.create(executor, set, k, options)
    const scope = new BufferScope(executor)
    try {
      const { rows, columns, weights } = set
      const kernels = await compileUpdate(executor, { rows, columns, k }, { WEIGHTED: weights !== null, fills: true })
      return new LloydJob(assignment, kernels, scope)
    } catch (error) {
      scope.release() // an allocation was refused
      assignment.release()
      throw error
    }
  }

  release(): void {
    this.#scope.release()
    this.assignment.release()
  }

  /** Sets new centroids (working coordinates), clears all labels and scales the sums for their positions. */
  start(centroids?: Float32Array<ArrayBuffer>): void {
    this.assignment.start(centroids)
    this.assignment.executor.clear(this.#sums)
    this.#iterations = 0
  }

  /**
   * Iterates until convergence, and returns the number of iterations since `start`. `onBatch` is called with that
   * number from time to time; `queue` queues one iteration.
   */
  async iterate(
    { maxIterations, threshold, emptyClusters }: LloydOptions,
    onBatch: (iterations: number) => Promise<void>,
    queue = (_iteration: number, end: IterationEnd) => this.queueIteration(end),
  ): Promise<LloydEnd> {
    const { executor, set } = this.assignment
    let fillEmpty = emptyClusters !== 'keep'
    let converged = false
    let centroids: Float32Array | null = null
    while (this.#iterations < maxIterations && !converged) {
      // If every iteration is a pass over a source, reading the state costs nothing in comparison.
      const batch = executor.traits.immediate || !set.resident ? 1 : BATCH
      const upTo = Math.min(this.#iterations + batch, maxIterations)
      for (let iteration = this.#iterations; iteration < upTo; iteration++) {
        await queue(iteration, { threshold, fillEmpty })
      }
      let now = await this.#read()
      if (now.state[KMeansState.stopped] === Stopped.empty) {
        // If every point lies on its centroid, there is nothing to fill clusters with.
        fillEmpty = await fillClusters(this.assignment, this.#filling, emptyClusters, threshold)
        now = await this.#read()
      }
      this.#iterations = now.state[KMeansState.iterations]
      converged = now.state[KMeansState.stopped] === Stopped.converged
      centroids = now.centroids
      await onBatch(this.#iterations)
    }
    return { iterations: this.#iterations, converged, centroids }
  }

  /**
   * Queues one iteration, as `iterate` does. `tasks` are done for every chunk once it is assigned, before the centroids
   * move.
   */
  async queueIteration(end: IterationEnd, ...tasks: ChunkTask[]): Promise<void> {
    const { assignment } = this
    assignment.pack()
    await assignment.pass(assignment.assign, ...tasks, this.#sum)
    this.#update(end)
  }

  async #read(): Promise<{ state: Uint32Array; centroids: Float32Array | null }> {
    const { assignment } = this
    const { executor } = assignment
    const along = assignment.centroids.size <= READ_ALONG_BYTES
    const [state, centroids] = await Promise.all([
      executor.read(assignment.state),
      along ? executor.read(assignment.centroids) : null,
    ])
    return { state: new Uint32Array(state), centroids: centroids && new Float32Array(centroids) }
  }

  readonly #sum: ChunkTask = async (chunk) => {
    const { assignment } = this
    const { executor, set, signal } = assignment
    const own = { ...chunk, ...assignment.buffersOf(chunk) }
    const run = (firstMove: number, rows: number) => runSteps(executor, this.#steps.sum(own, firstMove, rows))
    // Only the device knows how many points moved.
    const options = { align: MIN_ROWS, bound: true, signal }
    await executor.pace.cut(chunk.rows, ADDITION_WORK * set.columns, run, options)
  }

  readonly #update = (end: IterationEnd) => runSteps(this.assignment.executor, ...this.#steps.update(end))

  /** The parts of an iteration that fill empty clusters. */
  get #filling() {
    return { sums: this.#sums, sum: this.#sum, update: this.#update }
  }
}

/**
 * The power of two per column that fixed-point sums are scaled by, and its inverse: a term w·x is at most the weight
 * times the column's largest coordinate, and the sum of all must stay below 2⁶².
 */
function fixedPointScales({ columns, least, greatest, totalWeight }: PointSet): Float32Array<ArrayBuffer> {
  const scales = new Float32Array(2 * columns)
  for (let column = 0; column < columns; column++) {
    const largest = Math.max(-least[column], greatest[column], 2 ** -60)
    const exponent = 61 - Math.ceil(Math.log2(totalWeight)) - Math.ceil(Math.log2(largest))
    scales[2 * column] = powerOfTwo(exponent)
    scales[2 * column + 1] = 1 / scales[2 * column]
  }
  return scales
}
