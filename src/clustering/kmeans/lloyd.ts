import type { PointSet } from '../../data/points.js'
import { BufferScope, type Executor, runSteps } from '../../engine/engine.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import { KMeansState, Stopped } from '../../kernels/kmeans/kmeans-state.js'
import { Assignment, type AssignmentOptions, type Stage } from './assignment.js'
import type { EmptyClusters } from './empty-clusters.js'
import { fillClusters } from './fill-clusters.js'
import { LEAST_ROWS } from './limits.js'
import { compileUpdate, type IterationEnd, updateSteps } from './program.js'

/** Iterations between two looks at the state. */
const BATCH = 8
/** Centroids of up to so many bytes are read along with the state: a wait of their own would take longer. */
const READ_ALONG_BYTES = 2 ** 15
/** To add a coordinate to the sums costs about as much as this many multiply-adds. */
const ADDITION_WORK = 16

export interface LloydOptions {
  maxIterations: number
  /** How far the centroids may move in total, in working units, at the last iteration; null: until no label changes. */
  threshold: number | null
  emptyClusters: EmptyClusters
}

export interface LloydEnd {
  iterations: number
  converged: boolean
  /** Working coordinates, where they were read along. */
  centroids: Float32Array | null
}

/**
 * Lloyd's algorithm on the device: buffers and pipelines for one set of points and one number of clusters. The textbook
 * is in `iterate`: assign every point to the nearest centroid, move every centroid to the mean of its points.
 */
export class LloydJob {
  readonly #scope: BufferScope
  readonly #sums: EngineBuffer
  readonly #steps: ReturnType<typeof updateSteps>
  /** Iterations since `start`. */
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
    // Room for the sum of all weights below 2⁶³.
    const weightExponent = set.weights ? Math.max(-126, Math.ceil(Math.log2(set.totalWeight)) - 61) : 0
    const shared = { centroids, shift, scales, sums: this.#sums, movements, state }
    this.#steps = updateSteps(kernels, { columns, k, scale, weightExponent }, shared)
  }

  /** With `cumulative`, centroids are means over the points of all iterations since `start`: mini-batches. */
  static async create(executor: Executor, set: PointSet, k: number, options?: AssignmentOptions): Promise<LloydJob> {
    const assignment = await Assignment.create(executor, set, k, options)
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

  /** Takes new centroids (working coordinates), forgets all labels and readies the sums for where the centroids are. */
  start(centroids?: Float32Array<ArrayBuffer>): void {
    this.assignment.start(centroids)
    this.assignment.executor.clear(this.#sums)
    this.#iterations = 0
  }

  /** Iterations since `start`, until it ends. `onBatch` is told how many, now and then; `queue` queues one. */
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
      // Where every iteration is a pass over a source, to look costs nothing beside it.
      const batch = executor.traits.immediate || !set.resident ? 1 : BATCH
      const upTo = Math.min(this.#iterations + batch, maxIterations)
      for (let iteration = this.#iterations; iteration < upTo; iteration++) {
        await queue(iteration, { threshold, fillEmpty })
      }
      let now = await this.#read()
      if (now.state[KMeansState.stopped] === Stopped.empty) {
        // Where every point lies on its centroid nothing is left to fill clusters with.
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

  /** Queues one iteration, as `iterate` does. `stages` see every chunk once it is assigned, before the centroids move. */
  async queueIteration(end: IterationEnd, ...stages: Stage[]): Promise<void> {
    const { assignment } = this
    assignment.pack()
    await assignment.pass(assignment.assign, ...stages, this.#sum)
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

  readonly #sum: Stage = async (chunk) => {
    const { assignment } = this
    const { executor, set, signal } = assignment
    const own = { ...chunk, ...assignment.buffersOf(chunk) }
    const run = (firstMove: number, rows: number) => runSteps(executor, this.#steps.sum(own, firstMove, rows))
    // How many points moved only the device knows.
    const options = { align: LEAST_ROWS, bound: true, signal }
    await executor.pace.cut(chunk.rows, ADDITION_WORK * set.columns, run, options)
  }

  readonly #update = (end: IterationEnd) => runSteps(this.assignment.executor, ...this.#steps.update(end))

  /** What empty clusters are filled by. */
  get #filling() {
    return { sums: this.#sums, sum: this.#sum, update: this.#update }
  }
}

/**
 * Per column the power of two that fixed-point sums are scaled by, and its inverse: a term w·x is at most the weight times
 * the column's largest coordinate, and the sum of all must stay below 2⁶².
 */
function fixedPointScales({ columns, least, greatest, totalWeight }: PointSet): Float32Array<ArrayBuffer> {
  const scales = new Float32Array(2 * columns)
  for (let column = 0; column < columns; column++) {
    const largest = Math.max(-least[column], greatest[column], 2 ** -60)
    const exponent = 61 - Math.ceil(Math.log2(totalWeight)) - Math.ceil(Math.log2(largest))
    scales[2 * column] = 2 ** Math.max(-126, Math.min(126, exponent))
    scales[2 * column + 1] = 1 / scales[2 * column]
  }
  return scales
}
