import type { Chunk } from '../../../data/chunks.js'
import type { PointSet } from '../../../data/points.js'
import { BufferScope, type Executor } from '../../../engine/engine.js'
import { LloydError } from '../../../engine/error.js'
import type { EngineBuffer } from '../../../engine/kernel.js'
import { BLOCK, LIST_WORDS, listCentroids } from '../../../kernels/kmeans/pruning/list-centroids.js'
import { nearestListed } from '../../../kernels/kmeans/pruning/nearest-listed.js'
import type { Assignment, ChunkBuffers } from '../assignment.js'
import { nearestOptions } from '../tiles.js'
import { prunable } from './limits.js'
import { createPointBlocks, type PointBlocks } from './point-blocks.js'

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

type Buffers = Record<string, EngineBuffer>
type Kernels = Awaited<ReturnType<typeof compileKernels>>

/** The blocks of a set with lists of the centroids that can be the nearest of one of their points. */
export class Lists {
  /** Number of distances to listed centroids so far, in 64 bits. */
  readonly tally: EngineBuffer
  /** Number of distances of the full search, and of making the lists. */
  readonly all: number
  readonly listing: number
  readonly #scope: BufferScope
  /** The packed centroids of the last pass. */
  readonly #former: EngineBuffer
  readonly #lists = new Map<number, EngineBuffer>()

  private constructor(
    private readonly assignment: Assignment,
    private readonly shared: Buffers,
    private readonly blocks: ReadonlyMap<number, PointBlocks>,
    private readonly kernels: Kernels,
  ) {
    const { executor, set, k } = assignment
    this.all = set.rows * k
    this.listing = 0
    this.#scope = new BufferScope(executor)
    try {
      this.tally = this.#scope.allocate('kmeans.tally', 8)
      this.#former = this.#scope.allocate('kmeans.former', shared.packed.size)
      for (const { firstRow, rows } of set.pass() as Iterable<Chunk>) {
        const blocks = Math.ceil(rows / BLOCK)
        this.#lists.set(firstRow, this.#scope.allocate('kmeans.lists', 4 * LIST_WORDS * blocks))
        this.listing += 2 * k * blocks
      }
    } catch (error) {
      this.#scope.release() // an allocation was refused
      throw error
    }
  }

  /** Null where lists could not pay, or do not fit the memory. `shared` are buffers of pack-centroids. */
  static async create(assignment: Assignment, shared: Buffers): Promise<Lists | null> {
    const { executor, set, k } = assignment
    const tuned = executor.tuning.get('pruning')
    if (!prunable(set, k, tuned?.work) || searchesApart(executor)) return null
    // On a fast device the ordering on the host takes longer than it saves.
    if (!tuned && k * set.columns < executor.pace.budget * ORDER_SHARE * (2 + set.columns)) return null
    try {
      const blocks = await blocksOf(executor, set)
      return new Lists(assignment, shared, blocks, await compileKernels(executor, set.columns, k))
    } catch (error) {
      if (!(error instanceof LloydError && error.code === 'OutOfMemoryError')) throw error
      return null
    }
  }

  release(): void {
    this.#scope.release()
  }

  /** Keeps the packed centroids for comparison with the next. */
  keepFormer(): void {
    this.assignment.executor.copy(this.shared.packed, this.#former, 0)
  }

  /** Lists the packed centroids for a chunk's blocks; `follows`: the lists are those for the former ones. */
  list({ firstRow, rows }: Chunk, follows: boolean): void {
    const { executor, set, k } = this.assignment
    const groups = Math.ceil(k / 4)
    executor.run(
      this.kernels.list,
      { rows, columns: set.columns, centroidCount: k, groups, anew: follows ? 0 : 1 },
      { ...this.#buffersOf(firstRow), former: this.#former, tally: this.tally },
    )
  }

  /** Assigns a chunk's points to the nearest of the listed centroids, about a `share` of all. */
  async assign({ firstRow, rows, labels, moves, index }: Chunk & ChunkBuffers, share: number): Promise<void> {
    const { executor, set, k, signal } = this.assignment
    const { columns } = set
    const buffers = { ...this.#buffersOf(firstRow), labels, moves }
    const parameters = { rows, columns, groups: Math.ceil(k / 4), chunk: index }
    const run = (firstBlock: number, someBlocks: number) =>
      executor.run(this.kernels.nearest, { ...parameters, firstBlock, someBlocks }, buffers)
    const pace = executor.traits.immediate ? executor.pace : executor.pace.upTo(MOST_WORK)
    const compared = Math.min(k, Math.ceil(COSTLIER * k * share))
    await pace.cut(Math.ceil(rows / BLOCK), BLOCK * columns * compared, run, { signal })
  }

  #buffersOf(firstRow: number) {
    const { packed, halfNorms, state } = this.shared
    return { packed, halfNorms, state, ...this.blocks.get(firstRow)!, lists: this.#lists.get(firstRow)! }
  }
}

async function compileKernels(executor: Executor, columns: number, k: number) {
  const { DIRECT, UNIFORM } = nearestOptions(executor, columns, k).flags
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

/** Whether the full search is not computed like the one of lists, which must agree with it in every bit. */
function searchesApart(executor: Executor): boolean {
  const { implementations, twins } = executor as {
    implementations?: ReadonlyMap<string, unknown>
    twins?: readonly string[]
  }
  const isApart = (name: string) => implementations?.has(name) || twins?.includes(name) || false
  return isApart(nearestListed.name) !== isApart('nearest-centroid')
}

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
