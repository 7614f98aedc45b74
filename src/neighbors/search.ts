import type { Executor } from '../engine/engine.js'
import { BLOCK, LEAF, type SearchBuffers, type SearchParameters, TreeSearch } from '../kernels/neighbors/point-tree.js'
import type { Progress } from '../types.js'
import type { PointForest, TreeChunk } from './point-forest.js'

/** Queries whose cost stands for that of all, and the most of it that is counted. */
const TRIED = 32
const MOST_TRIED = 2 ** 18

export interface SearchPass {
  forest: PointForest
  /** The largest measure that counts. */
  limit: number
  /** Which chunks are searched for the queries of another; all by default. */
  pairs?: (queries: TreeChunk, points: TreeChunk) => boolean
  signal?: AbortSignal
  /** Hears how many queries are done, of those of all pairs. */
  onProgress?: (progress: Progress) => void
  stage: string
  /** Queues the dispatch of some queries; `buffers` are those of every search. */
  run(parameters: SearchParameters, buffers: SearchBuffers, queries: TreeChunk, points: TreeChunk): void
}

/** Searches all chunks for the queries of all chunks, in pieces of about one submit. */
export async function searchForest(executor: Executor, pass: SearchPass): Promise<void> {
  const { forest, limit, pairs, signal, run, stage, onProgress } = pass
  const { columns } = forest
  const work = forest.chunks.flatMap((queries) =>
    forest.chunks.filter((points) => pairs?.(queries, points) ?? true).map((points) => ({ queries, points })),
  )
  const total = work.reduce((sum, { queries }) => sum + queries.rows, 0)
  let before = 0
  for (const { queries, points } of work) {
    const blocks = Math.ceil(queries.rows / BLOCK)
    const stride = Math.ceil(Math.sqrt(blocks))
    const all = stride * Math.ceil(blocks / stride)
    const parameters = {
      first: 0,
      places: all,
      blocks,
      stride,
      queries: queries.rows,
      rows: points.rows,
      columns,
      top: points.top,
      firstQuery: queries.first,
      firstPoint: points.first,
      limit,
    }
    const { weights: _, ...tree } = points.buffers
    const buffers = { ...tree, queries: queries.buffers.points, boxes: queries.buffers.nodes }
    await executor.pace.cut(
      all,
      BLOCK * searchCost(parameters, queries, points, forest.manhattan),
      (first, places) => {
        run({ ...parameters, first, places }, buffers, queries, points)
        onProgress?.({ stage, done: before + Math.floor((queries.rows * (first + places)) / all), total })
      },
      { signal },
    )
    before += queries.rows
  }
}

/** Multiply-adds of a query, on average, by the nodes and rows that some of them come to. */
function searchCost(parameters: SearchParameters, queries: TreeChunk, points: TreeChunk, manhattan: boolean): number {
  const { nodes, levels, data } = points
  const search = new TreeSearch(parameters, { queries: queries.data, points: data, nodes, levels }, manhattan)
  let cost = 0
  let tried = 0
  while (tried < TRIED && cost < MOST_TRIED) {
    search.begin(Math.floor((tried++ * queries.rows) / TRIED))
    while (!search.over) {
      cost++
      if (search.leastMeasure() > parameters.limit || search.greatestMeasure() <= parameters.limit) search.skip()
      else if (search.level > 0) search.enter()
      else {
        cost += LEAF
        search.skip()
      }
    }
  }
  return Math.max(1, (cost / tried) * parameters.columns)
}
