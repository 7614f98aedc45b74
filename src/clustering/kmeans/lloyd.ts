import type { PointSet } from '../../data/points.js'
import { BufferScope, type Executor } from '../../engine/engine.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import { endIteration } from '../../kernels/kmeans/end-iteration.js'
import { findEmptyClusters } from '../../kernels/kmeans/find-empty-clusters.js'
import { foldSums } from '../../kernels/kmeans/fold-sums.js'
import { clusterWords, KMeansState, Stopped } from '../../kernels/kmeans/kmeans-state.js'
import { sumClusters } from '../../kernels/kmeans/sum-clusters.js'
import { updateMeans } from '../../kernels/kmeans/update-means.js'
import { Assignment, type AssignmentOptions, type Stage } from './assignment.js'
import { type EmptyClusters, farthestPoints, splitClusters } from './empty-clusters.js'
import { LEAST_ROWS } from './limits.js'
import { copyRows } from './seeding.js'
import { sumCopies } from './sum-copies.js'

/** Iterations between two looks at the state. */
const BATCH = 8
/** Centroids of up to so many bytes are read along with the state: a wait of their own would take longer. */
const READ_ALONG_BYTES = 2 ** 15
/** To add a coordinate to the sums costs about as much as this many multiply-adds. */
const ADDITION_WORK = 16

async function compileKernels(executor: Executor, { weights, rows, columns }: PointSet, k: number) {
  const flags = { WEIGHTED: weights !== null }
  const { copies, options } = sumCopies(executor, rows, columns, k)
  const [sum, fold, findEmpty, update, end] = await Promise.all([
    executor.compile(sumClusters, { ...options, flags: { ...flags, ...options.flags } }),
    copies > 1 ? executor.compile(foldSums) : null,
    executor.compile(findEmptyClusters),
    executor.compile(updateMeans, { flags }),
    executor.compile(endIteration),
  ])
  return { copies, sum, fold, findEmpty, update, end }
}

/**
 * Lloyd's algorithm on the device: buffers and pipelines for one set of points and one number of clusters. The textbook
 * is in `iterate`: assign every point to the nearest centroid, move every centroid to the mean of its points.
 */
export class LloydJob {
  readonly #scope: BufferScope
  readonly #scales: EngineBuffer
  readonly #sums: EngineBuffer
  readonly #movements: EngineBuffer
  /** Weights are summed in units of 2^this. */
  readonly #weightExponent: number
  /** Iterations since `start`. */
  #iterations = 0

  private constructor(
    readonly executor: Executor,
    readonly set: PointSet,
    readonly k: number,
    /** Centroids, labels and state. */
    readonly assignment: Assignment,
    private readonly kernels: Awaited<ReturnType<typeof compileKernels>>,
    scope: BufferScope,
  ) {
    const { columns } = set
    this.#scope = scope
    const copies = Math.max(1, kernels.copies)
    this.#sums = scope.allocate('kmeans.sums', 4 * copies * k * clusterWords(columns))
    this.#movements = scope.allocate('kmeans.movements', 4 * k)
    this.#scales = scope.upload('kmeans.scales', fixedPointScales(set))
    // Room for the sum of all weights below 2⁶³.
    this.#weightExponent = set.weights ? Math.max(-126, Math.ceil(Math.log2(set.totalWeight)) - 61) : 0
  }

  /** With `cumulative`, centroids are means over the points of all iterations since `start`: mini-batches. */
  static async create(executor: Executor, set: PointSet, k: number, options?: AssignmentOptions): Promise<LloydJob> {
    const assignment = await Assignment.create(executor, set, k, options)
    const scope = new BufferScope(executor)
    try {
      return new LloydJob(executor, set, k, assignment, await compileKernels(executor, set, k), scope)
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
    this.executor.clear(this.#sums)
    this.#iterations = 0
  }

  /**
   * Up to `maxIterations` iterations since `start`. `threshold` is how far the centroids may move in total, in working units, at the
   * last one; null: until no label changes. `onBatch` is told the iterations so far, now and then; `queue`
   * queues one. `centroids` are those
   * of the end, where they were read along.
   */
  async iterate(
    maxIterations: number,
    threshold: number | null,
    emptyClusters: EmptyClusters,
    onBatch: (iterations: number) => Promise<void>,
    queue = (_iteration: number, fillEmpty: boolean) => this.queueIteration(threshold, fillEmpty),
  ): Promise<{ iterations: number; converged: boolean; centroids: Float32Array | null }> {
    const { executor } = this
    let fillEmpty = emptyClusters !== 'keep'
    let converged = false
    let centroids: Float32Array | null = null
    while (this.#iterations < maxIterations && !converged) {
      // Where every iteration is a pass over a source, to look costs nothing beside it.
      const batch = executor.traits.immediate || !this.set.resident ? 1 : BATCH
      const upTo = Math.min(this.#iterations + batch, maxIterations)
      for (let iteration = this.#iterations; iteration < upTo; iteration++) {
        await queue(iteration, fillEmpty)
      }
      let now = await this.#read()
      if (now.state[KMeansState.stopped] === Stopped.empty) {
        // Where every point lies on its centroid nothing is left to fill clusters with.
        fillEmpty = await this.#fillEmpty(emptyClusters, threshold)
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
  async queueIteration(threshold: number | null, fillEmpty: boolean, ...stages: Stage[]): Promise<void> {
    const { assignment } = this
    assignment.pack()
    await assignment.pass(assignment.assign, ...stages, this.#sum)
    this.#update(threshold, fillEmpty)
  }

  async #read(): Promise<{ state: Uint32Array; centroids: Float32Array | null }> {
    const { executor, assignment } = this
    const along = assignment.centroids.size <= READ_ALONG_BYTES
    const [state, centroids] = await Promise.all([
      executor.read(assignment.state),
      along ? executor.read(assignment.centroids) : null,
    ])
    return { state: new Uint32Array(state), centroids: centroids && new Float32Array(centroids) }
  }

  readonly #sum: Stage = async (chunk) => {
    const { executor, set, assignment } = this
    const { columns, scale, shiftBuffer: shift } = set
    const { points, weights } = chunk
    const { labels, moves, index } = assignment.buffersOf(chunk)
    const { signal, state } = assignment
    const shape = { centroidCount: this.k, columns, scale, copies: this.kernels.copies }
    const parameters = { ...shape, weightScale: 2 ** -this.#weightExponent, chunk: index }
    const buffers = { points, weights, shift, scales: this.#scales, labels, moves, sums: this.#sums, state }
    const run = (firstMove: number, rows: number) =>
      executor.run(this.kernels.sum, { firstMove, rows, ...parameters }, buffers)
    // How many points moved only the device knows.
    await executor.pace.cut(chunk.rows, ADDITION_WORK * columns, run, { align: LEAST_ROWS, bound: true, signal })
  }

  #update(threshold: number | null, fillEmpty: boolean): void {
    const { executor } = this
    const { centroids, state } = this.assignment
    const { copies, fold, findEmpty, update, end } = this.kernels
    const buffers = { scales: this.#scales, sums: this.#sums, movements: this.#movements, centroids, state }
    const parameters = {
      centroidCount: this.k,
      columns: this.set.columns,
      copies,
      weightExponent: this.#weightExponent,
      byMovement: threshold === null ? 0 : 1,
      threshold: threshold ?? 0,
      fillEmpty: fillEmpty ? 1 : 0,
    }
    if (fold) executor.run(fold, parameters, buffers)
    if (fillEmpty) executor.run(findEmpty, parameters, buffers)
    executor.run(update, parameters, buffers)
    executor.run(end, parameters, buffers)
  }

  /**
   * Ends the iteration that stopped because clusters were empty. `farthest`: each takes the point farthest from its
   * centroid, which its donor loses. `split`: after the update each takes half of the largest cluster. False when
   * nothing could be filled.
   */
  async #fillEmpty(emptyClusters: EmptyClusters, threshold: number | null): Promise<boolean> {
    const { executor, set, k, assignment } = this
    const words = new Uint32Array(await executor.read(this.#sums, 0, 4 * k * clusterWords(set.columns)))
    const sizes = Uint32Array.from({ length: k }, (_, cluster) => words[cluster * clusterWords(set.columns)])
    const empty = Array.from(sizes.keys()).filter((cluster) => sizes[cluster] === 0)
    const taken = emptyClusters === 'farthest' ? await this.#farthestPoints(empty.length) : []
    for (const word of [KMeansState.stopped, KMeansState.empty]) {
      executor.write(assignment.state, new Uint32Array([0]), 4 * word)
    }
    if (taken.length > 0) {
      await this.#movePoints(taken, empty)
      await assignment.pass(this.#sum)
    }
    const filled = emptyClusters === 'split' || taken.length > 0
    // Centroids that jumped to fill clusters are not at rest, however little the others moved.
    this.#update(filled ? -1 : threshold, false)
    return emptyClusters === 'split' ? await this.#split(empty) : filled
  }

  /** The points farthest from their centroids, at most `count`, with their labels; those of weight 0 count for nothing. */
  async #farthestPoints(count: number): Promise<{ row: number; label: number }[]> {
    const { assignment, set } = this
    const { labels, distances } = await assignment.measureAll()
    return farthestPoints(distances, count, set.weights).map((row) => ({ row, label: labels[row] }))
  }

  async #split(empty: readonly number[]): Promise<boolean> {
    const { executor, assignment, set } = this
    const { labels, distances } = await assignment.measureAll()
    const sizes = new Uint32Array(this.k)
    const spreads = new Float64Array(this.k)
    for (const [row, label] of labels.entries()) {
      if (set.weights && set.weights[row] === 0) continue
      sizes[label]++
      spreads[label] += distances[row]
    }
    const centroids = new Float32Array(await executor.read(assignment.centroids))
    const filled = splitClusters(centroids, empty, sizes, spreads)
    executor.write(assignment.centroids, centroids)
    return filled
  }

  /** Gives point `taken[i]` to cluster `clusters[i]`, whose centroid it becomes, and lists it to be moved. */
  async #movePoints(taken: readonly { row: number; label: number }[], clusters: readonly number[]): Promise<void> {
    const { executor, set, assignment } = this
    const { columns } = set
    const scope = new BufferScope(executor)
    try {
      const ascending = taken.map((point, i) => ({ ...point, cluster: clusters[i] })).sort((a, b) => a.row - b.row)
      const gathered = scope.allocate('kmeans.moved', 4 * taken.length * columns)
      const rows = ascending.map(({ row }) => row)
      await copyRows(executor, set, rows, gathered)
      const points = new Float32Array(await executor.read(gathered))
      for (const [at, { cluster }] of ascending.entries()) {
        const point = points.subarray(at * columns, (at + 1) * columns)
        executor.write(assignment.centroids, point, 4 * cluster * columns)
      }
      for (const [firstRow, { labels, moves, rows, index }] of assignment.chunks) {
        const inside = ascending.filter(({ row }) => row >= firstRow && row < firstRow + rows)
        for (const { row, cluster } of inside) executor.write(labels, new Uint32Array([cluster]), 4 * (row - firstRow))
        const listed = inside.flatMap(({ row, label }) => [row - firstRow, label])
        if (listed.length > 0) executor.write(moves, new Uint32Array(listed))
        executor.write(assignment.state, new Uint32Array([inside.length]), 4 * (KMeansState.moves + index))
      }
    } finally {
      scope.release()
    }
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
