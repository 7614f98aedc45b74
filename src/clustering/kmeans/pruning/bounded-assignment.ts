import type { PointSet } from '../../../data/points.js'
import { type Executor, runSteps } from '../../../engine/engine.js'
import { LloydError } from '../../../engine/error.js'
import { Assignment, type AssignmentOptions, type ChunkTask } from '../assignment.js'
import { MIN_ROWS } from '../limits.js'
import { Bounds } from './bounds.js'

/** Number of passes after which bounds must pay. */
const PATIENCE = 4
/** Number of columns from which on bounds cost little, so that they begin at once; with fewer, they are tried on a sample. */
const MANY_COLUMNS = 256
/** The sample is one in so many points. */
const SPARSE = 128
/** Time of a distance within bounds in terms of one of the full search, with what is left where all are ruled out. */
const COSTLIER = 2
const REST = 1 / 16

/**
 * Share of all distances up to which passes with bounds take less time. A distance takes 1.6 times as long as one of the full
 * search, and the time of some 100 multiply-adds for its bound; ruling one out, that of 8.
 */
const shareThatPays = (columns: number): number => Math.max(0.03, (0.9 - 8 / columns) / (1.6 + 100 / columns))

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
  /** Whether bounds begin with this pass; passes since they did; number of the first points that have some. */
  #anew = true
  #passes = 0
  #bounded = Infinity
  /** Distances of the full search since `start`. */
  #full = 0
  /** Distances by bounds in all, and before `start`; share of all distances that a pass took. */
  #counted = 0
  #before = 0
  #share = 1

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
    const { executor, set } = this
    const sampled = set.columns < MANY_COLUMNS && !executor.tuning.has('pruning')
    this.#bounded = sampled ? MIN_ROWS * Math.ceil(set.rows / SPARSE / MIN_ROWS) : Infinity
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
    const { executor, set, k, signal } = this
    const own = { ...chunk, ...this.buffersOf(chunk) }
    const bounded = this.#bounds ? Math.max(0, Math.min(chunk.rows, this.#bounded - chunk.firstRow)) : 0
    const share = this.#anew ? 1 : Math.min(1, COSTLIER * this.#share + REST)
    if (bounded > 0) await this.#bounds?.assign(own, bounded, this.#anew, share)
    const rest = chunk.rows - bounded
    const run = (first: number, rows: number) => runSteps(executor, this.steps.assign(own, bounded + first, rows))
    await executor.pace.cut(rest, k * set.columns, run, { align: MIN_ROWS, signal })
    this.#full += rest * k
  }

  override async finish(working?: Float32Array | null): ReturnType<Assignment['finish']> {
    this.#ends = true
    const result = await super.finish(working)
    this.#ends = false
    await this.#count()
    return { ...result, distanceEvaluations: this.#counted - this.#before + this.#full }
  }

  /** Begins a pass: judges the one before, and follows the centroids. */
  async #begin(): Promise<void> {
    this.#begins = false
    const passes = this.#passes++
    this.#anew = passes === 0
    if (this.#bounds && passes > 0) await this.#judge(passes)
    this.#bounds?.track(this.#anew)
  }

  /** Decides by the passes so far whether all points get bounds, or none has any longer. */
  async #judge(passes: number): Promise<void> {
    const { executor, set, k } = this
    const sampled = this.#bounded < Infinity
    if (!sampled && !Number.isInteger(Math.log2(passes))) return
    const distances = (await this.#count()) / (sampled ? 1 : Math.max(1, passes / 2))
    this.#share = distances / Math.min(set.rows, this.#bounded) / k
    const pays = this.#share <= (executor.tuning.get('pruning')?.percent ?? 100 * shareThatPays(set.columns)) / 100
    if (sampled && pays) {
      this.#bounded = Infinity
      this.#passes = 1
      this.#anew = true
    }
    if (!(sampled || pays) && passes >= PATIENCE) this.#end()
  }

  /** Adds up the distances by bounds, and returns the number of those since it did so last. */
  async #count(): Promise<number> {
    const before = this.#counted
    if (this.#bounds) this.#counted = await this.#bounds.count(this.#bounded)
    return this.#counted - before
  }

  #end(): void {
    this.#bounds?.release()
    this.#bounds = null
  }
}
