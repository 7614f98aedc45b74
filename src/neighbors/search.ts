import type { Executor } from '../engine/engine.js'
import { BLOCK, LEAF, type SearchBuffers, type SearchParameters, TreeSearch } from '../kernels/neighbors/point-tree.js'
import type { Progress } from '../types.js'
import type { PointForest, TreeChunk } from './point-forest.js'
import { rowNear } from './row-near.js'

/** Queries whose cost stands for that of all, and the most of it that is counted. */
const TRIED = 32
const MOST_TRIED = 2 ** 18

export interface SearchPass {
  forest: PointForest
  /** The points that are searched for, where they are others, which are counted on from those of the forest. */
  queries?: PointForest
  /** The largest measure that counts, where one is known before. */
  limit?: number
  /** How many of the nearest are searched for, where not. */
  nearest?: number
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
      BLOCK * searchCost(parameters, queries, points, pass),
      (first, places) => {
        run({ ...parameters, first, places }, buffers, queries, points)
        onProgress?.({ stage, done: before + Math.floor((count * (first + places)) / all), total })
      },
      { signal },
    )
    before += count
  }
}

/** Multiply-adds of a query, on average, by the nodes and rows that some of them come to. */
function searchCost(
  parameters: SearchParameters,
  queries: TreeChunk,
  points: TreeChunk,
  { forest, queries: others, limit, nearest = 1 }: SearchPass,
): number {
  const { nodes, levels, data } = points
  const search = new TreeSearch(parameters, { queries: queries.data, points: data, nodes, levels }, forest.manhattan)
  let cost = 0
  let tried = 0
  while (tried < TRIED && cost < MOST_TRIED) {
    const query = Math.floor((tried++ * queries.rows) / TRIED)
    search.begin(query)
    const bound = limit ?? nearestOfSome(search, others ? rowNear(search) : query, nearest)
    search.begin(query)
    while (!search.over) {
      cost++
      if (search.leastMeasure() > bound || (limit !== undefined && search.greatestMeasure() <= limit)) search.skip()
      else if (search.level > 0) search.enter()
      else {
        cost += LEAF
        search.skip()
      }
    }
  }
  return Math.max(1, (cost / tried) * parameters.columns)
}

/** The measure to the k-th nearest of the rows about a place, or the farthest of them. */
function nearestOfSome(search: TreeSearch, query: number, k: number): number {
  const first = Math.min(query - (query % BLOCK), Math.max(0, search.parameters.rows - BLOCK))
  const end = Math.min(search.parameters.rows, first + BLOCK)
  const measures = Float32Array.from({ length: end - first }, (_, at) => search.measureTo(first + at)).sort()
  return measures[Math.min(k, measures.length - 1)]
}
