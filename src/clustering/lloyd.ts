import { BufferScope, type Executor } from '../engine/engine.js'
import type { EngineBuffer } from '../engine/kernel.js'
import { paceOf } from '../engine/pace.js'
import { endIteration } from '../kernels/end-iteration.js'
import { findEmptyClusters } from '../kernels/find-empty-clusters.js'
import { measurePoints } from '../kernels/measure-points.js'
import { nearestCentroid } from '../kernels/nearest-centroid.js'
import { packCentroids } from '../kernels/pack-centroids.js'
import { clusterWords, KMeansState, Stopped } from '../kernels/shared/kmeans-state.js'
import { sumClusters } from '../kernels/sum-clusters.js'
import { updateMeans } from '../kernels/update-means.js'
import type { Matrix } from '../types.js'
import type { Chunk, PointSet } from './points.js'
import { copyRows } from './seeding.js'
import { allocatePacked, nearestOptions } from './tiles.js'
import { tuneForRows } from './tune.js'

export type EmptyClusters = 'farthest' | 'split' | 'keep'

/** Iterations between two looks at the state. */
const BATCH = 8

async function compileKernels(executor: Executor, set: PointSet, k: number, cumulative: boolean) {
  const flags = { WEIGHTED: set.weights !== null }
  const nearest = nearestOptions(executor, set.columns, k)
  const [pack, assign, sum, findEmpty, update, end, measure] = await Promise.all([
    executor.compile(packCentroids),
    executor.compile(nearestCentroid, { ...nearest, flags: { ...nearest.flags, CUMULATIVE: cumulative } }),
    executor.compile(sumClusters, { flags }),
    executor.compile(findEmptyClusters),
    executor.compile(updateMeans, { flags }),
    executor.compile(endIteration),
    executor.compile(measurePoints, { flags }),
  ])
  return { pack, assign, sum, findEmpty, update, end, measure }
}

/** What belongs to one chunk of points. */
interface ChunkBuffers {
  rows: number
  labels: EngineBuffer
  /** Row and former label of the points that changed it in this iteration. */
  moves: EngineBuffer
  /** Its number, by which the state counts its moves. */
  index: number
  distances: EngineBuffer
  blockSums: EngineBuffer
}

/**
 * Lloyd's algorithm on the device: buffers and pipelines for one set of points and one number of clusters. The textbook
 * is in `iterate`: assign every point to the nearest centroid, move every centroid to the mean of its points.
 */
export class LloydJob {
  /** Working coordinates of the centroids, k × columns. */
  readonly centroids: EngineBuffer
  /** Aborts the work between two submits. */
  signal?: AbortSignal
  readonly #scope: BufferScope
  readonly #packed: EngineBuffer
  readonly #halfNorms: EngineBuffer
  readonly #scales: EngineBuffer
  readonly #sums: EngineBuffer
  readonly #movements: EngineBuffer
  readonly #state: EngineBuffer
  readonly #chunks = new Map<number, ChunkBuffers>()
  /** Weights are summed in units of 2^this. */
  readonly #weightExponent: number
  readonly #groups: number
  /** Iterations since `start`. */
  #iterations = 0

  private constructor(
    readonly executor: Executor,
    readonly set: PointSet,
    readonly k: number,
    private readonly kernels: Awaited<ReturnType<typeof compileKernels>>,
    scope: BufferScope,
  ) {
    const { columns } = set
    this.#scope = scope
    this.#groups = Math.ceil(k / 4)
    this.centroids = scope.allocate('kmeans.centroids', 4 * k * columns)
    const { packed, halfNorms } = allocatePacked(scope, columns, k, kernels.assign.flags.UNIFORM)
    this.#packed = packed
    this.#halfNorms = halfNorms
    this.#sums = scope.allocate('kmeans.sums', 4 * k * clusterWords(columns))
    this.#movements = scope.allocate('kmeans.movements', 4 * k)
    this.#state = scope.allocate('kmeans.state', 4 * (KMeansState.moves + set.chunkRows.length))
    this.#scales = scope.allocate('kmeans.scales', 8 * columns)
    // Room for the sum of all weights below 2⁶³.
    this.#weightExponent = set.weights ? Math.max(-126, Math.ceil(Math.log2(set.totalWeight)) - 61) : 0
  }

  /** With `cumulative`, centroids are means over the points of all iterations since `start`: mini-batches. */
  static async create(executor: Executor, set: PointSet, k: number, cumulative = false): Promise<LloydJob> {
    await tuneForRows(executor, set.rows, set.columns, k)
    const kernels = await compileKernels(executor, set, k, cumulative)
    const scope = new BufferScope(executor)
    try {
      return new LloydJob(executor, set, k, kernels, scope)
    } catch (error) {
      scope.release() // an allocation was refused
      throw error
    }
  }

  release(): void {
    this.#scope.release()
  }

  /** Takes new centroids (working coordinates), forgets all labels and readies the sums for where the centroids are. */
  start(centroids?: Float32Array<ArrayBuffer>): void {
    const { executor, set } = this
    if (centroids) executor.write(this.centroids, centroids)
    executor.write(this.#scales, fixedPointScales(set))
    this.#iterations = 0
    executor.clear(this.#sums)
    executor.clear(this.#state)
  }

  /**
   * Up to `maxIterations` iterations since `start`. `threshold` is how far the centroids may move in total, in working units, at the
   * last one; null: until no label changes. `onBatch` is told the iterations so far, now and then.
   */
  async iterate(
    maxIterations: number,
    threshold: number | null,
    emptyClusters: EmptyClusters,
    onBatch: (iterations: number) => Promise<void>,
  ): Promise<{ iterations: number; converged: boolean }> {
    const { executor } = this
    let fillEmpty = emptyClusters !== 'keep'
    let converged = false
    while (this.#iterations < maxIterations && !converged) {
      const batch = executor.backend === 'cpu' || !this.set.resident ? 1 : BATCH
      const upTo = Math.min(this.#iterations + batch, maxIterations)
      for (let iteration = this.#iterations; iteration < upTo; iteration++) {
        await this.#assign()
        await this.#sum()
        this.#update(threshold, fillEmpty)
      }
      let state = new Uint32Array(await executor.read(this.#state))
      if (state[KMeansState.stopped] === Stopped.empty) {
        const filled = await this.#fillEmpty(emptyClusters, threshold)
        // Where every point lies on its centroid nothing is left to fill clusters with.
        if (!filled) fillEmpty = false
        state = new Uint32Array(await executor.read(this.#state))
      }
      this.#iterations = state[KMeansState.iterations]
      converged = state[KMeansState.stopped] === Stopped.converged
      await onBatch(this.#iterations)
    }
    return { iterations: this.#iterations, converged }
  }

  /**
   * Rounds the centroids to the float32 they are returned as, assigns all points to those, and reads everything, so that
   * labels and inertia (in the points' own units) belong to what is returned.
   */
  async finish(): Promise<{ centroids: Matrix; labels: Uint32Array; inertia: number; sizes: Uint32Array }> {
    const { executor, set, k } = this
    const data = set.fromWorking(new Float32Array(await executor.read(this.centroids)))
    const centroids = { data, rows: k, columns: set.columns }
    executor.write(this.centroids, set.toWorking(centroids))
    await this.assignAll()
    const { labels, blockSums } = await this.#measure()
    let inertia = 0
    for (const sum of blockSums) inertia += sum
    const sizes = new Uint32Array(k)
    for (const label of labels) sizes[label]++
    return { centroids, labels, inertia: inertia / set.scale / set.scale, sizes }
  }

  /** Assigns all points to the centroids as they are. */
  async assignAll(): Promise<void> {
    this.executor.clear(this.#state)
    await this.#assign()
  }

  /** All labels in one buffer on the device, which the caller releases. */
  gatherLabels(): EngineBuffer {
    const all = this.executor.allocate('kmeans.allLabels', 4 * this.set.rows)
    for (const [firstRow, { labels }] of this.#chunks) this.executor.copy(labels, all, 4 * firstRow)
    return all
  }

  /** The squared distance of every point to its own centroid, in working units. */
  async readDistances(): Promise<Float32Array> {
    return (await this.#measure()).distances
  }

  async #assign(): Promise<void> {
    const { executor, set, k } = this
    const { columns, scale, shiftBuffer: shift } = set
    executor.run(
      this.kernels.pack,
      { centroidCount: k, columns, groups: this.#groups, chunks: set.chunkRows.length },
      { centroids: this.centroids, packed: this.#packed, halfNorms: this.#halfNorms, state: this.#state },
    )
    const pace = paceOf(executor)
    for await (const chunk of set.pass()) {
      const { labels, moves, index } = this.#buffersOf(chunk)
      for (let firstRow = 0; firstRow < chunk.rows; ) {
        const rows = Math.min(chunk.rows - firstRow, Math.max(256, Math.floor(pace.budget / (k * columns))))
        executor.run(
          this.kernels.assign,
          { firstRow, rows, columns, groups: this.#groups, scale, chunk: index },
          {
            points: chunk.points,
            shift,
            packed: this.#packed,
            halfNorms: this.#halfNorms,
            labels,
            moves,
            state: this.#state,
          },
        )
        await pace.spend(rows * k * columns)
        this.signal?.throwIfAborted()
        firstRow += rows
      }
    }
  }

  async #sum(): Promise<void> {
    const { executor, set } = this
    const { columns, scale, shiftBuffer: shift } = set
    const pace = paceOf(executor)
    // An atomic addition costs about as much as 16 multiply-adds.
    const rowWork = 16 * columns
    for await (const chunk of set.pass()) {
      const { points, weights } = chunk
      const { labels, moves, index } = this.#buffersOf(chunk)
      for (let firstMove = 0; firstMove < chunk.rows; ) {
        const rows = Math.min(chunk.rows - firstMove, Math.max(256, Math.floor(pace.budget / rowWork)))
        executor.run(
          this.kernels.sum,
          { firstMove, rows, columns, scale, weightScale: 2 ** -this.#weightExponent, chunk: index },
          {
            points,
            weights,
            shift,
            scales: this.#scales,
            labels,
            moves,
            sums: this.#sums,
            state: this.#state,
          },
        )
        // How many points moved only the device knows.
        await pace.spend(rows * rowWork, true)
        this.signal?.throwIfAborted()
        firstMove += rows
      }
    }
  }

  #update(threshold: number | null, fillEmpty: boolean): void {
    const { executor, k } = this
    const { columns } = this.set
    const fill = fillEmpty ? 1 : 0
    if (fillEmpty) {
      executor.run(this.kernels.findEmpty, { centroidCount: k, columns }, { sums: this.#sums, state: this.#state })
    }
    executor.run(
      this.kernels.update,
      { centroidCount: k, columns, weightExponent: this.#weightExponent, fillEmpty: fill },
      {
        scales: this.#scales,
        sums: this.#sums,
        centroids: this.centroids,
        movements: this.#movements,
        state: this.#state,
      },
    )
    executor.run(
      this.kernels.end,
      { centroidCount: k, byMovement: threshold === null ? 0 : 1, threshold: threshold ?? 0, fillEmpty: fill },
      { movements: this.#movements, state: this.#state },
    )
  }

  /**
   * Ends the iteration that stopped because clusters were empty. `farthest`: each takes the point farthest from its
   * centroid, which its donor loses. `split`: after the update each takes half of the largest cluster. False when
   * nothing could be filled.
   */
  async #fillEmpty(emptyClusters: EmptyClusters, threshold: number | null): Promise<boolean> {
    const { executor, set, k } = this
    const words = new Uint32Array(await executor.read(this.#sums))
    const sizes = Uint32Array.from({ length: k }, (_, cluster) => words[cluster * clusterWords(set.columns)])
    const empty = Array.from(sizes.keys()).filter((cluster) => sizes[cluster] === 0)
    const taken = emptyClusters === 'farthest' ? await this.#farthestPoints(empty.length) : []
    for (const word of [KMeansState.stopped, KMeansState.empty]) {
      executor.write(this.#state, new Uint32Array([0]), 4 * word)
    }
    if (taken.length > 0) {
      await this.#movePoints(taken, empty)
      await this.#sum()
    }
    const filled = emptyClusters === 'split' || taken.length > 0
    // Centroids that jumped to fill clusters are not at rest, however little the others moved.
    this.#update(filled ? -1 : threshold, false)
    if (emptyClusters === 'split') await this.#split(empty, sizes)
    return filled
  }

  /** The points farthest from their centroids, at most `count`, with their labels. */
  async #farthestPoints(count: number): Promise<{ row: number; label: number }[]> {
    const { labels, distances } = await this.#measure()
    return farthestPoints(distances, count).map((row) => ({ row, label: labels[row] }))
  }

  /** Gives point `taken[i]` to cluster `clusters[i]`, whose centroid it becomes, and lists it to be moved. */
  async #movePoints(taken: readonly { row: number; label: number }[], clusters: readonly number[]): Promise<void> {
    const { executor, set } = this
    const { columns } = set
    const scope = new BufferScope(executor)
    try {
      const ascending = taken.map((point, i) => ({ ...point, cluster: clusters[i] })).sort((a, b) => a.row - b.row)
      const gathered = scope.allocate('kmeans.moved', 4 * taken.length * columns)
      await copyRows(
        executor,
        set,
        ascending.map(({ row }) => row),
        gathered,
      )
      const points = new Float32Array(await executor.read(gathered))
      for (const [at, { cluster }] of ascending.entries()) {
        executor.write(this.centroids, points.subarray(at * columns, (at + 1) * columns), 4 * cluster * columns)
      }
      for (const [firstRow, { labels, moves, rows, index }] of this.#chunks) {
        const inside = ascending.filter(({ row }) => row >= firstRow && row < firstRow + rows)
        for (const { row, cluster } of inside) executor.write(labels, new Uint32Array([cluster]), 4 * (row - firstRow))
        const listed = inside.flatMap(({ row, label }) => [row - firstRow, label])
        if (listed.length > 0) executor.write(moves, new Uint32Array(listed))
        executor.write(this.#state, new Uint32Array([inside.length]), 4 * (KMeansState.moves + index))
      }
    } finally {
      scope.release()
    }
  }

  /** Puts each empty cluster's centroid beside the largest cluster's, a little to the other side of it. */
  async #split(empty: readonly number[], sizes: Uint32Array): Promise<void> {
    const { executor } = this
    const { columns } = this.set
    const centroids = new Float32Array(await executor.read(this.centroids))
    for (const cluster of empty) {
      let largest = 0
      for (let other = 1; other < sizes.length; other++) if (sizes[other] > sizes[largest]) largest = other
      sizes[cluster] = sizes[largest] >>> 1
      sizes[largest] -= sizes[cluster]
      for (let column = 0; column < columns; column++) {
        const c = centroids[largest * columns + column]
        // Alternating signs, so that the two differ in direction and not only in length (as FAISS does).
        const step = (column % 2 === 0 ? 1 : -1) * Math.max(Math.abs(c), 2 ** -10) * 2 ** -10
        centroids[cluster * columns + column] = c + step
        centroids[largest * columns + column] = c - step
      }
    }
    executor.write(this.centroids, centroids)
  }

  /** Labels, squared distances to the own centroid (working units) and their weighted sums a block, of all points. */
  async #measure(): Promise<{ labels: Uint32Array; distances: Float32Array; blockSums: Float32Array }> {
    const { executor, set } = this
    const { columns, scale, shiftBuffer: shift } = set
    const all = {
      labels: new Uint32Array(set.rows),
      distances: new Float32Array(set.rows),
      blockSums: new Float32Array(set.blocks),
    }
    for await (const chunk of set.pass()) {
      const { points, weights, rows, firstRow, firstBlock } = chunk
      const { labels, distances, blockSums } = this.#buffersOf(chunk)
      executor.run(
        this.kernels.measure,
        { firstRow: 0, rows, columns, scale },
        { points, weights, shift, centroids: this.centroids, labels, distances, blockSums },
      )
      const [l, d, b] = await Promise.all([labels, distances, blockSums].map((buffer) => executor.read(buffer)))
      all.labels.set(new Uint32Array(l), firstRow)
      all.distances.set(new Float32Array(d), firstRow)
      all.blockSums.set(new Float32Array(b), firstBlock)
    }
    return all
  }

  #buffersOf({ firstRow, rows, blocks }: Chunk): ChunkBuffers {
    let buffers = this.#chunks.get(firstRow)
    if (!buffers) {
      buffers = {
        rows,
        labels: this.#scope.allocate('kmeans.labels', 4 * rows),
        moves: this.#scope.allocate('kmeans.moves', 8 * rows),
        index: this.#chunks.size,
        distances: this.#scope.allocate('kmeans.distances', 4 * rows),
        blockSums: this.#scope.allocate('kmeans.blockSums', 4 * blocks),
      }
      this.#chunks.set(firstRow, buffers)
    }
    return buffers
  }
}

/** Numbers of the points with the `count` largest positive distances, largest first, lowest number among equals. */
function farthestPoints(distances: Float32Array, count: number): number[] {
  const order = (i: number, j: number) => distances[j] - distances[i] || i - j
  let best: number[] = []
  // Keeps the best of every stretch, so that no more than `count` and a stretch are ever sorted.
  const stretch = Math.max(1024, count)
  for (let first = 0; first < distances.length; first += stretch) {
    for (let i = first; i < Math.min(first + stretch, distances.length); i++) if (distances[i] > 0) best.push(i)
    best = best.sort(order).slice(0, count)
  }
  return best
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
