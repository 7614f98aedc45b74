import type { Chunk } from '../../../data/chunks.js'
import type { PointSet } from '../../../data/points.js'
import { BufferScope, type Executor } from '../../../engine/engine.js'
import { LloydError } from '../../../engine/error.js'
import type { EngineBuffer } from '../../../engine/kernel.js'
import { BLOCK, LIST_WORDS, listCentroids } from '../../../kernels/kmeans/pruning/list-centroids.js'
import { nearestListed } from '../../../kernels/kmeans/pruning/nearest-listed.js'
import type { Assignment, ChunkBuffers } from '../assignment.js'
import { nearestOptions } from '../tiles.js'
import { MAX_PERCENT, prunable, pruningBytes } from './limits.js'
import { createPointBlocks, estimateShare, type PointBlocks } from './point-blocks.js'
import { isReplaced, searchesApart } from './searches.js'

/** Time of a distance to a listed centroid in terms of one of the full search. */
const COSTLIER = 4
/** Most work of a submit, whose time depends on how many blocks are skipped. */
const MOST_WORK = 2 ** 28

/** How far below the share of a pass an estimate may be: ordering a million points in vain took a seventh of a fit. */
const OPTIMISM = 2
/** Seconds that the host takes to order a point, for each column and for two more. */
const ORDER_SECONDS = 5e-8
/** Multiply-adds in a second of the full search: with SIMD in two threads, and of a twin. */
const SIMD_SPEED = 2e10
const TWIN_SPEED = 1.5e8
/** Seconds of a submit whose work is the budget of a pace. */
const BUDGET_SECONDS = 0.05

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
    if (
      !prunable(set, k, tuned?.work) ||
      searchesApart(executor, nearestListed.name, pruningBytes(set.rows, set.columns))
    )
      return null
    if (!(tuned || blocksOfSets.has(set))) {
      const centroids = new Float32Array(await executor.read(assignment.centroids))
      if (OPTIMISM * (await estimateShare(executor, set, centroids)) > maxShare(executor)) return null
    }
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

/**
 * Number of full passes that take as long as the ordering of the points, so that a fit that ends early loses little; 0 for
 * those that are in order.
 */
export function passesToOrder(executor: Executor, set: PointSet, k: number): number {
  const { traits, tuning, pace } = executor
  if (tuning.has('pruning') || blocksOfSets.has(set)) return 0
  const host = isReplaced(executor, 'nearest-centroid') ? SIMD_SPEED : TWIN_SPEED
  const speed = traits.immediate ? host : pace.budget / BUDGET_SECONDS
  return Math.ceil((ORDER_SECONDS * (2 + set.columns) * speed) / (k * set.columns))
}

/** The share of all distances up to which those to listed centroids take less time. */
export const maxShare = ({ traits, tuning }: Executor): number =>
  (tuning.get('pruning')?.percent ?? MAX_PERCENT[traits.immediate ? 'immediate' : 'queued']) / 100

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
