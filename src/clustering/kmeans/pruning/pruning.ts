import type { Chunk } from '../../../data/chunks.js'
import type { PointSet } from '../../../data/points.js'
import { BufferScope, type Executor } from '../../../engine/engine.js'
import { LloydError } from '../../../engine/error.js'
import { type EngineBuffer, UNIFORM_BYTES } from '../../../engine/kernel.js'
import { BLOCK, LIST_WORDS, listCentroids } from '../../../kernels/kmeans/pruning/list-centroids.js'
import { nearestListed } from '../../../kernels/kmeans/pruning/nearest-listed.js'
import type { StepChunk } from '../program.js'
import { DIRECT_COLUMNS } from '../tiles.js'
import { createPointBlocks, type PointBlocks } from './point-blocks.js'

/** Maximum number of columns: beyond, balls around points in memory hardly ever rule out a centroid. */
const MAX_COLUMNS = 64
/** Minimum number of multiply-adds of an iteration: below, the kernels take longer to compile than they save. */
const MIN_WORK = 2 ** 24
/** Percentage of all distances up to which those to listed centroids take less time. */
const MAX_PERCENT = 25

/** Time of a distance to a listed centroid in terms of one of the full search. */
const COSTLIER = 4
/** Most work of a submit, whose time depends on how many blocks are skipped. */
const MOST_WORK = 2 ** 28

/**
 * Time of ordering a point on the host, 50 ns for each coordinate and for two more, as a share of the 20 submits of 50 ms that
 * as many iterations take whose work is the budget of one.
 */
const ORDER_SHARE = 5e-8

/** The blocks of sets; their buffers end with the set. */
const blocksOfSets = new WeakMap<PointSet, ReadonlyMap<number, PointBlocks>>()

/**
 * Exact pruning: points are in blocks of near ones, and a block is compared only with the centroids that can be the
 * nearest of one of its points, by the triangle inequality (as for the nodes of a tree in D. Pelleg and A. Moore, "Accelerating
 * exact k-means algorithms with geometric reasoning", KDD 1999), or with none if none of them moved.
 */
export class Pruning {
  /** Whether passes use the lists. */
  pays = false
  /** Whether the last pass of this run used the lists. */
  #follows = false
  /** Distances to listed centroids: all that were counted, and those since the last `judge`. */
  #counted = 0
  #listed = 0
  /** Share of all distances that a pass with lists takes. */
  #expected = 1
  readonly #scope: BufferScope
  readonly #tally: EngineBuffer
  /** The packed centroids of the last pass. */
  readonly #former: EngineBuffer
  readonly #lists = new Map<number, EngineBuffer>()

  private constructor(
    private readonly assignment: Assigned,
    private readonly blocks: ReadonlyMap<number, PointBlocks>,
    private readonly kernels: Kernels,
    private readonly share: number,
  ) {
    const { executor, set, shared } = assignment
    this.#scope = new BufferScope(executor)
    try {
      this.#tally = this.#scope.allocate('kmeans.tally', 8)
      this.#former = this.#scope.allocate('kmeans.former', shared.packed.size)
      for (const { firstRow, rows } of chunksOf(set)) {
        const words = LIST_WORDS * Math.ceil(rows / BLOCK)
        this.#lists.set(firstRow, this.#scope.allocate('kmeans.lists', 4 * words))
      }
    } catch (error) {
      this.#scope.release() // an allocation was refused
      throw error
    }
  }

  /** Null where it could not pay, or the blocks do not fit the memory. */
  static async create(assignment: Assigned): Promise<Pruning | null> {
    const { executor, set, k } = assignment
    const tuned = executor.tuning.get('pruning')
    const { work = MIN_WORK, percent = MAX_PERCENT } = tuned ?? {}
    if (!prunable(set, k, work) || hasOwnSearch(executor)) return null
    // On a fast device the ordering on the host takes longer than it saves.
    if (!tuned && k * set.columns < executor.pace.budget * ORDER_SHARE * (2 + set.columns)) return null
    try {
      const blocks = await blocksOf(executor, set)
      return new Pruning(
        assignment,
        blocks,
        await compileKernels(executor, set.columns, assignment.uniform),
        percent / 100,
      )
    } catch (error) {
      if (!(error instanceof LloydError && error.code === 'OutOfMemoryError')) throw error
      return null
    }
  }

  release(): void {
    this.#scope.release()
  }

  /** Begins a run or a pass without former labels. */
  restart(): void {
    this.#follows = false
    this.#listed = 0
  }

  /** Queues `pack`, and lists for the packed centroids if the pass uses them. */
  list(pack: () => void): void {
    const { executor, shared } = this.assignment
    if (this.pays) executor.copy(shared.packed, this.#former, 0)
    pack()
    if (this.pays) this.#queueLists()
    this.#follows = this.pays
  }

  #queueLists(): void {
    const { executor, set, k, shared } = this.assignment
    const parameters = { columns: set.columns, centroidCount: k, groups: Math.ceil(k / 4), anew: this.#follows ? 0 : 1 }
    for (const { firstRow, rows } of chunksOf(set)) {
      const own = { ...this.blocks.get(firstRow)!, lists: this.#lists.get(firstRow)! }
      executor.run(
        this.kernels.list,
        { ...parameters, rows },
        { ...shared, ...own, former: this.#former, tally: this.#tally },
      )
    }
  }

  /** Assigns a chunk's points to the nearest of the listed centroids. */
  async assign(chunk: StepChunk & { firstRow: number; rows: number }): Promise<void> {
    const { executor, set, k, shared, signal } = this.assignment
    const { columns } = set
    const { firstRow, rows, index } = chunk
    const buffers = { ...shared, ...chunk, ...this.blocks.get(firstRow)!, lists: this.#lists.get(firstRow)! }
    const run = (firstBlock: number, someBlocks: number) =>
      executor.run(
        this.kernels.nearest,
        { firstBlock, someBlocks, rows, columns, groups: Math.ceil(k / 4), chunk: index },
        buffers,
      )
    const work = BLOCK * columns * Math.min(k, Math.ceil(COSTLIER * k * this.#expected))
    await executor.pace.upTo(MOST_WORK).cut(Math.ceil(rows / BLOCK), work, run, { signal })
  }

  /** Reads the number of distances to listed centroids; where passes do without lists, those that these would have had. */
  async count(pack: () => void): Promise<void> {
    if (!this.pays) {
      pack()
      this.#queueLists()
    }
    const [low, high] = new Uint32Array(await this.assignment.executor.read(this.#tally))
    const counted = high * 2 ** 32 + low
    this.#listed += counted - this.#counted
    this.#counted = counted
  }

  /**
   * Decides, by what has been counted since, whether later passes use the lists, and returns the number of distances that
   * the `passes` since took.
   */
  judge(passes: number): number {
    const { set, k } = this.assignment
    const all = set.rows * k
    const listing = 2 * k * Math.ceil(set.rows / BLOCK)
    const spent = this.pays ? this.#listed + passes * listing : passes * all + listing
    const expected = this.#listed / (this.pays ? Math.max(1, passes) : 1) + listing
    if (this.#listed > 0) {
      this.#expected = expected / all
      this.pays = this.#expected < this.share
    }
    this.#listed = 0
    return spent
  }
}

/** What pruning needs of an assignment. */
interface Assigned {
  readonly executor: Executor
  readonly set: PointSet
  readonly k: number
  readonly signal: AbortSignal | undefined
  /** Whether packed centroids are read from uniform buffers. */
  readonly uniform: boolean
  readonly shared: Record<'packed' | 'halfNorms' | 'state', EngineBuffer>
}

type Kernels = Awaited<ReturnType<typeof compileKernels>>

async function compileKernels(executor: Executor, columns: number, UNIFORM: boolean) {
  const DIRECT = columns <= DIRECT_COLUMNS
  const COLUMNS = DIRECT ? columns : 1
  const { largeTiles, unrolledLoops } = executor.traits
  const QUADS = largeTiles && !unrolledLoops && columns <= 4 ? 4 : 1
  const [list, nearest] = await Promise.all([
    executor.compile(listCentroids, { flags: { DIRECT, UNIFORM }, constants: { COLUMNS } }),
    executor.compile(nearestListed, {
      flags: { DIRECT, UNIFORM },
      constants: { COLUMNS, QUADS },
      workgroupSize: BLOCK / 4 / QUADS,
    }),
  ])
  return { list, nearest }
}

/** Whether the full search is not the twin that nearest-listed agrees with in every bit. */
const hasOwnSearch = (executor: Executor) =>
  (executor as { implementations?: ReadonlyMap<string, unknown> }).implementations?.has('nearest-centroid') === true

/** Whether pruning may pay for points that stay on the device. */
export const prunable = (
  { rows, columns, resident }: Pick<PointSet, 'rows' | 'columns' | 'resident'>,
  k: number,
  work = MIN_WORK,
): boolean => resident && columns <= MAX_COLUMNS && rows * columns * k >= work

/** Bytes of blocks and lists. */
export const pruningBytes = (rows: number, columns: number) =>
  4 * (rows * (columns + 1) + (rows / BLOCK) * (columns + 2 + LIST_WORDS)) + UNIFORM_BYTES

/** The blocks of a set, which all its fits share. */
async function blocksOf(executor: Executor, set: PointSet): Promise<ReadonlyMap<number, PointBlocks>> {
  const known = blocksOfSets.get(set)
  if (known) return known
  const scope = new BufferScope(executor)
  try {
    const blocks = await createPointBlocks(executor, set, scope)
    set.scope.adopt(scope)
    blocksOfSets.set(set, blocks)
    return blocks
  } catch (error) {
    scope.release()
    throw error
  }
}

const chunksOf = (set: PointSet) => set.pass() as Iterable<Chunk>
