import type { Chunk } from '../../../data/chunks.js'
import type { PointSet } from '../../../data/points.js'
import type { Executor } from '../../../engine/engine.js'
import { KMeansState } from '../../../kernels/kmeans/kmeans-state.js'
import { Assignment, type AssignmentOptions, type ChunkTask } from '../assignment.js'
import { BoundedAssignment } from './bounded-assignment.js'
import { boundable } from './bounds.js'
import { Lists, maxShare, passesToOrder } from './lists.js'

/** Number of passes between two judgements: as iterations between two reads of the state. */
const BATCH = 8

/**
 * The assignment with exact pruning: points are in blocks of near ones, and a block is compared only with the centroids
 * that can be the nearest of one of its points, by the triangle inequality (as for the nodes of a tree in D. Pelleg and A.
 * Moore, "Accelerating exact k-means algorithms with geometric reasoning", KDD 1999), or with none if none of them moved.
 * Lists are made while they take few distances; the labels are those of the full search in any case.
 */
export class PrunedAssignment extends Assignment {
  /** Null where lists cannot pay, undefined until they are tried. */
  #lists: Lists | null | undefined
  /** Whether passes use the lists, this pass does, and the one before did. */
  #pays = false
  #used = false
  #follows = false
  /** Whether no chunk of this pass has been assigned. */
  #begins = false
  /** Whether the last pass of a run is on, which is too late for lists. */
  #ends = false
  /** Passes since `start`, and the one before which lists are judged next. */
  #passes = 0
  #next = 0
  /** Iterations since `start` whose distances are in `#spent`, and distances to listed centroids that are. */
  #iterations = 0
  #counted = 0
  #spent = 0
  /** Share of all distances that a pass with lists takes. */
  #expected = 1
  readonly #full = (this as Assignment).assign

  static override async create(
    executor: Executor,
    set: PointSet,
    k: number,
    options: AssignmentOptions = {},
  ): Promise<Assignment> {
    // Mini-batches have other points in every pass.
    if (!options.cumulative && boundable(executor, set, k))
      return await BoundedAssignment.create(executor, set, k, options)
    const kind = options.cumulative ? Assignment : PrunedAssignment
    return await Assignment.create.call(kind, executor, set, k, options)
  }

  override release(): void {
    this.#lists?.release()
    super.release()
  }

  override start(centroids?: Float32Array<ArrayBuffer>): void {
    super.start(centroids)
    this.#used = false
    this.#passes = 0
    this.#next = 0
    this.#iterations = 0
  }

  override pack(): void {
    if (this.#pays) this.#lists?.keepFormer()
    super.pack()
    this.#follows = this.#used
    this.#used = false
    this.#begins = true
  }

  override readonly assign: ChunkTask = async (chunk) => {
    if (this.#begins) {
      this.#begins = false
      if (this.#passes >= this.#next && !this.#ends) await this.#judge()
      this.#passes++
      this.#used = this.#pays
    }
    if (!this.#used || !this.#lists) return await this.#full(chunk)
    this.#lists.list(chunk, this.#follows)
    await this.#lists.assign({ ...chunk, ...this.buffersOf(chunk) }, this.#expected)
  }

  override async finish(working?: Float32Array | null): ReturnType<Assignment['finish']> {
    await this.#count()
    this.#ends = true
    const result = await super.finish(working)
    this.#ends = false
    if (!this.#lists) return result
    await this.#count(1)
    const distanceEvaluations = this.#spent
    this.#spent = 0
    return { ...result, distanceEvaluations }
  }

  /** Decides whether the next passes use lists. */
  async #judge(): Promise<void> {
    const { executor } = this
    const batch = executor.traits.immediate ? 1 : BATCH
    const wait = this.#lists === undefined ? passesToOrder(executor, this.set, this.k) : 0
    if (this.#passes < wait) {
      this.#next = batch * Math.ceil(wait / batch)
      return
    }
    if (this.#lists === undefined) this.#lists = await Lists.create(this, this.steps.pack().buffers)
    if (!this.#lists) return
    const { all, listing } = this.#lists
    let expected = await this.#count()
    if (!this.#pays) {
      for (const chunk of this.set.pass() as Iterable<Chunk>) this.#lists.list(chunk, false)
      expected = await this.#count(1, true)
    }
    if (expected !== null) this.#expected = (expected + listing) / all
    this.#pays = this.#expected < maxShare(executor)
    this.#next = Math.max(this.#passes + batch, this.#pays ? 0 : 2 * this.#passes)
  }

  /**
   * Adds the distances of the passes since, `passes` or as many as there were iterations, and returns the mean number of those to
   * listed centroids in a pass; null if there was none. With `only`, the passes were of lists alone.
   */
  async #count(passes?: number, only = false): Promise<number | null> {
    if (!this.#lists) return null
    const { tally, all, listing } = this.#lists
    const [state, counts] = await Promise.all([this.state, tally].map((buffer) => this.executor.read(buffer)))
    const iterations = new Uint32Array(state)[KMeansState.iterations]
    const [low, high] = new Uint32Array(counts)
    const counted = high * 2 ** 32 + low - this.#counted
    const made = passes ?? iterations - this.#iterations
    const lists = this.#pays || only
    this.#spent += lists ? (only ? 0 : counted) + made * listing : made * all
    this.#counted += counted
    this.#iterations = iterations
    return made > 0 && lists ? counted / made : null
  }
}
