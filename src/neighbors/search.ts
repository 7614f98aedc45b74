import type { Executor } from '../engine/engine.js'
import { BLOCK, type SearchBuffers, type SearchParameters } from '../kernels/neighbors/point-tree.js'
import type { Progress } from '../types.js'
import type { TreeChunk } from './point-forest.js'
import { type Sought, searchCost } from './search-cost.js'

/** Queries that are not of the forest are counted on from its points. */
export interface SearchPass extends Sought {
  /** Number of the queries of a chunk, where they are not all of its points. */
  queriesOf?: (chunk: TreeChunk) => number
  /** Queries are those of every so many leaves. */
  step?: number
  /** Which chunks are searched for the queries of another; all by default. */
  pairs?: (queries: TreeChunk, points: TreeChunk) => boolean
  signal?: AbortSignal
  /** Hears how many queries are done, of those of all pairs. */
  onProgress?: (progress: Progress) => void
  stage: string
  /** Queues the dispatch of some queries; `buffers` are those of every search. */
  run(
    parameters: SearchParameters & { firstQuery: number; firstPoint: number; limit: number; step: number },
    buffers: SearchBuffers,
    queries: TreeChunk,
    points: TreeChunk,
  ): void
}

/** Searches all chunks for the queries of all chunks, in pieces of about one submit. */
export async function searchForest(executor: Executor, pass: SearchPass): Promise<void> {
  const {
    forest,
    limit = Infinity,
    pairs,
    signal,
    run,
    stage,
    step = 1,
    onProgress,
    queriesOf = ({ rows }) => rows,
  } = pass
  const { columns } = forest
  const work = (pass.queries ?? forest).chunks.flatMap((queries) =>
    forest.chunks
      .filter((points) => pairs?.(queries, points) ?? true)
      .map((points) => ({ queries, points, count: queriesOf(queries) }))
      .filter(({ count }) => count > 0),
  )
  const total = work.reduce((sum, { count }) => sum + count, 0)
  let before = 0
  for (const { queries, points, count } of work) {
    const blocks = Math.ceil(count / (BLOCK * step))
    const stride = Math.ceil(Math.sqrt(blocks))
    const all = stride * Math.ceil(blocks / stride)
    const parameters = {
      first: 0,
      places: all,
      blocks,
      stride,
      queries: count,
      rows: points.rows,
      columns,
      top: points.top,
      firstQuery: queries.first + (pass.queries ? forest.rows : 0),
      firstPoint: points.first,
      limit,
      step,
    }
    const { weights: _, ...tree } = points.buffers
    const buffers = { ...tree, queries: queries.buffers.points }
    await executor.pace.cut(
      all,
      BLOCK * searchCost(queries, points, pass),
      (first, places) => {
        run({ ...parameters, first, places }, buffers, queries, points)
        onProgress?.({ stage, done: before + Math.floor((count * (first + places)) / all), total })
      },
      { signal },
    )
    before += count
  }
}
