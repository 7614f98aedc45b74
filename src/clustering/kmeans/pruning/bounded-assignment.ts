import type { PointSet } from '../../../data/points.js'
import type { Executor } from '../../../engine/engine.js'
import { LloydError } from '../../../engine/error.js'
import { Assignment, type AssignmentOptions, type ChunkTask } from '../assignment.js'
import { Bounds } from './bounds.js'

/** Number of passes after which bounds must pay, and the share of all distances up to which they do. */
const PATIENCE = 4
const MOST_SHARE = 0.8
/** Time of a distance within bounds in terms of one of the full search, with what is left where all are ruled out. */
const COSTLIER = 2
const REST = 1 / 16

/**
 * The assignment with bounds of all distances: a point is compared only with the centroids that can be nearer than its own.
 * It is the full search again where most can. The labels are those of the full search in any case.
 */
export class BoundedAssignment extends Assignment {
  #bounds: Bounds | null = null
  /** Whether the last pass of a run is on. */
  #ends = false
  /** Whether no chunk of this pass has been assigned. */
  #begins = false
  /** Passes since `start`, and those of the full search. */
  #passes = 0
  #full = 0
  /** Distances by bounds in all, and before `start`; share of all distances that a pass took. */
  #counted = 0
  #before = 0
  #share = 1
  readonly #assignFully = (this as Assignment).assign

  static override async create(
    executor: Executor,
    set: PointSet,
    k: number,
    options: AssignmentOptions = {},
  ): Promise<Assignment> {
    const assignment = (await Assignment.create.call(BoundedAssignment, executor, set, k, options)) as BoundedAssignment
    try {
      assignment.#bounds = await Bounds.create(assignment, assignment.steps.pack().buffers.halfNorms)
    } catch (error) {
      if (!(error instanceof LloydError && error.code === 'OutOfMemoryError')) {
        assignment.release()
        throw error
      }
    }
    return assignment
  }

  override release(): void {
    this.#end()
    super.release()
  }

  override start(centroids?: Float32Array<ArrayBuffer>): void {
    super.start(centroids)
    if (this.#ends) return // for the centroids' last rounding
    this.#passes = 0
    this.#full = 0
    this.#before = this.#counted
  }

  override pack(): void {
    super.pack()
    this.#begins = true
  }

  override readonly assign: ChunkTask = async (chunk) => {
    if (this.#begins) await this.#begin()
    if (!this.#bounds) return await this.#assignFully(chunk)
    const anew = this.#passes === 1
    const share = anew ? 1 : Math.min(1, COSTLIER * this.#share + REST)
    await this.#bounds.assign({ ...chunk, ...this.buffersOf(chunk) }, anew, share)
  }

  override async finish(working?: Float32Array | null): ReturnType<Assignment['finish']> {
    this.#ends = true
    const result = await super.finish(working)
    this.#ends = false
    await this.#count()
    const distanceEvaluations = this.#counted - this.#before + this.#full * this.set.rows * this.k
    return { ...result, distanceEvaluations }
  }

  /** Begins a pass: judges the one before, and follows the centroids. */
  async #begin(): Promise<void> {
    this.#begins = false
    if (this.#bounds && Number.isInteger(Math.log2(this.#passes))) {
      const counted = await this.#count()
      this.#share = counted / Math.max(1, this.#passes / 2) / this.set.rows / this.k
      const most = this.executor.tuning.get('pruning')?.percent ?? 100 * MOST_SHARE
      if (this.#passes >= PATIENCE && this.#share > most / 100) this.#end()
    }
    if (this.#bounds) this.#bounds.track(this.#passes === 0)
    else this.#full++
    this.#passes++
  }

  /** Adds up the distances by bounds, and returns the number of those since it did so last. */
  async #count(): Promise<number> {
    const before = this.#counted
    if (this.#bounds) this.#counted = await this.#bounds.count()
    return this.#counted - before
  }

  #end(): void {
    this.#bounds?.release()
    this.#bounds = null
  }
}
