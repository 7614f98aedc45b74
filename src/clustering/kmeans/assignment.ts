import { type Chunk, changedSource } from '../../data/chunks.js'
import type { PointSet } from '../../data/points.js'
import { BufferScope, type Executor, runSteps } from '../../engine/engine.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import { KMeansState } from '../../kernels/kmeans/kmeans-state.js'
import { measurePoints } from '../../kernels/kmeans/measure-points.js'
import type { Matrix } from '../../types.js'
import { MIN_ROWS } from './limits.js'
import { assignmentSteps, compileAssignment } from './program.js'
import { allocatePacked } from './tiles.js'
import { tuneForRows } from './tune.js'

/** The buffers of one chunk of points. */
export interface ChunkBuffers {
  rows: number
  labels: EngineBuffer
  /** Row and former label of the points whose label changed in this iteration. */
  moves: EngineBuffer
  /** Index of the chunk, by which the state counts its moves. */
  index: number
  distances: EngineBuffer
  blockSums: EngineBuffer
}

export interface AssignmentOptions {
  /** Whether points have no former labels, as in mini-batches. */
  cumulative?: boolean
  /** Signal that aborts the work between two submits. */
  signal?: AbortSignal
}

/** A task of a pass, done for each chunk of points. */
export type ChunkTask = (chunk: Chunk) => Promise<void>

async function compileKernels(executor: Executor, set: PointSet, k: number, cumulative: boolean) {
  const [assignment, measure] = await Promise.all([
    compileAssignment(executor, set.columns, k, cumulative),
    executor.compile(measurePoints, { flags: { WEIGHTED: set.weights !== null } }),
  ])
  return { assignment, measure }
}

type Kernels = Awaited<ReturnType<typeof compileKernels>>

/**
 * The assignment of all points of a set to the nearest of k centroids: buffers, pipelines, and labels on the device.
 */
export class Assignment {
  /** Working coordinates of the centroids, k × columns. */
  readonly centroids: EngineBuffer
  /** State of the iterations: kernels/kmeans/kmeans-state.ts. */
  readonly state: EngineBuffer
  /** The chunks seen so far, by their first rows. */
  readonly chunks = new Map<number, ChunkBuffers>()
  readonly #scope: BufferScope
  readonly #measure: Kernels['measure']
  protected readonly steps: ReturnType<typeof assignmentSteps>

  protected constructor(
    readonly executor: Executor,
    readonly set: PointSet,
    readonly k: number,
    readonly signal: AbortSignal | undefined,
    { kernels, scope }: { kernels: Kernels; scope: BufferScope },
  ) {
    const { columns, scale, shiftBuffer: shift } = set
    this.#scope = scope
    this.#measure = kernels.measure
    this.centroids = scope.allocate('kmeans.centroids', 4 * k * columns)
    const packed = allocatePacked(scope, columns, k, kernels.assignment.assign.flags.UNIFORM)
    const chunks = set.chunkRows.length
    this.state = scope.allocate('kmeans.state', 4 * (KMeansState.moves + chunks))
    const shape = { columns, k, scale, chunks }
    const { centroids, state } = this
    this.steps = assignmentSteps(kernels.assignment, shape, { centroids, ...packed, shift, state })
  }

  static async create(
    executor: Executor,
    set: PointSet,
    k: number,
    { cumulative = false, signal }: AssignmentOptions = {},
  ): Promise<Assignment> {
    await tuneForRows(executor, set.rows, set.columns, k, signal)
    const kernels = await compileKernels(executor, set, k, cumulative)
    const scope = new BufferScope(executor)
    try {
      return new this(executor, set, k, signal, { kernels, scope })
    } catch (error) {
      scope.release() // an allocation was refused
      throw error
    }
  }

  release(): void {
    this.#scope.release()
  }

  /** Sets new centroids (working coordinates) and clears all labels. */
  start(centroids?: Float32Array<ArrayBuffer>): void {
    if (centroids) this.executor.write(this.centroids, centroids)
    this.executor.clear(this.state)
  }

  /**
   * Makes one pass over the points: all tasks are done for a chunk before the next one, so that a source is read once.
   */
  async pass(...tasks: ChunkTask[]): Promise<void> {
    for await (const chunk of this.set.pass()) for (const task of tasks) await task(chunk)
  }

  /** Packs the current centroids for the assignments of one pass. */
  pack(): void {
    runSteps(this.executor, this.steps.pack())
  }

  /** A task that assigns a chunk's points to the packed centroids, and lists those that moved. */
  readonly assign: ChunkTask = async (chunk) => {
    const { executor, set, k, signal } = this
    const own = { ...chunk, ...this.buffersOf(chunk) }
    const run = (firstRow: number, rows: number) => runSteps(executor, this.steps.assign(own, firstRow, rows))
    await executor.pace.cut(chunk.rows, k * set.columns, run, { align: MIN_ROWS, signal })
  }

  /** Queues the squared distances of a chunk's points to their own centroids, with a kernel of measure-points. */
  async measureChunk(
    chunk: Chunk,
    { labels, distances, blockSums }: Pick<ChunkBuffers, 'labels' | 'distances' | 'blockSums'>,
    kernel: Kernels['measure'] = this.#measure,
  ): Promise<void> {
    const { executor, set, signal } = this
    const { columns, scale, shiftBuffer: shift } = set
    const buffers = { ...chunk, shift, centroids: this.centroids, labels, distances, blockSums }
    const run = (firstRow: number, rows: number) => executor.run(kernel, { firstRow, rows, columns, scale }, buffers)
    await executor.pace.cut(chunk.rows, columns, run, { align: MIN_ROWS, signal })
  }

  /** `measureChunk` with the chunk's own buffers. */
  readonly measureOwn: ChunkTask = async (chunk) => await this.measureChunk(chunk, this.buffersOf(chunk))

  /**
   * Returns the labels of all points and the weighted sums per block of their squared distances to their own centroids
   * (working units), in one pass; `tasks` are done before.
   */
  async measure(...tasks: ChunkTask[]): Promise<{ labels: Uint32Array; blockSums: Float32Array }> {
    const { executor, set } = this
    const all = { labels: new Uint32Array(set.rows), blockSums: new Float32Array(set.blocks) }
    await this.pass(...tasks, async (chunk) => {
      const { labels, blockSums } = this.buffersOf(chunk)
      await this.measureOwn(chunk)
      const [l, b] = await Promise.all([labels, blockSums].map((buffer) => executor.read(buffer)))
      all.labels.set(new Uint32Array(l), chunk.firstRow)
      all.blockSums.set(new Float32Array(b), chunk.firstBlock)
    })
    return all
  }

  /** Returns the labels of all points and their squared distances (working units) to their own centroids. */
  async measureAll(): Promise<{ labels: Uint32Array; distances: Float32Array }> {
    const { labels } = await this.measure()
    const all = new Float32Array(this.set.rows)
    for (const [firstRow, { distances }] of this.chunks) {
      all.set(new Float32Array(await this.executor.read(distances)), firstRow)
    }
    return { labels, distances: all }
  }

  /**
   * Rounds the centroids as they will be returned, assigns all points to those, and reads the result, so that labels
   * and inertia (in the points' own units) match the returned centroids. `working` are the centroids, if the caller has
   * read them.
   */
  async finish(working: Float32Array | null = null): Promise<{
    centroids: Matrix<Float32Array | Float64Array>
    labels: Uint32Array
    inertia: number
    sizes: Uint32Array
    /** Known to assignments that spare some. */
    distanceEvaluations?: number
  }> {
    const { executor, set, k } = this
    const data = set.fromWorking(working ?? new Float32Array(await executor.read(this.centroids)))
    const centroids = { data, rows: k, columns: set.columns }
    this.start(set.toWorking(centroids))
    this.pack()
    const { labels, blockSums } = await this.measure(this.assign)
    let inertia = 0
    for (const sum of blockSums) inertia += sum
    if (Number.isNaN(inertia)) throw changedSource('points')
    const sizes = new Uint32Array(k)
    for (const label of labels) sizes[label]++
    return { centroids, labels, inertia: (inertia / set.scale / set.scale) * set.weightUnit, sizes }
  }

  buffersOf({ firstRow, rows, blocks }: Chunk): ChunkBuffers {
    let buffers = this.chunks.get(firstRow)
    if (!buffers) {
      buffers = {
        rows,
        labels: this.#scope.allocate('kmeans.labels', 4 * rows),
        moves: this.#scope.allocate('kmeans.moves', 8 * rows),
        index: this.chunks.size,
        distances: this.#scope.allocate('kmeans.distances', 4 * rows),
        blockSums: this.#scope.allocate('kmeans.blockSums', 4 * blocks),
      }
      this.chunks.set(firstRow, buffers)
    }
    return buffers
  }
}

/** The kind of assignment that iterations make; `loadPruning` sets one that spares distances, which other pages do not pay for. */
export const assignments = { kind: Assignment }
