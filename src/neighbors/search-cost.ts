import type { Executor } from '../engine/engine.js'
import { BLOCK, LEAF, type SearchParameters, TreeSearch } from '../kernels/neighbors/point-tree.js'
import type { PointForest, TreeChunk } from './point-forest.js'
import { rowNear } from './row-near.js'

/** Queries whose cost stands for that of all, and the most multiply-adds of them that are counted. */
const TRIED = 32
const MOST_TRIED = 2 ** 20
/** Columns below which trees are always searched, and points from which on, whose numbers float32 does not hold. */
export const SCANNED_COLUMNS = 6
const MOST_SCANNED = 2 ** 24
/**
 * Share of the rows and nodes from which on comparing with all rows takes less time than searching, on devices, for twins, and
 * for twins that search beside comparisons with SIMD (docs/measurements.md).
 */
const SCANNED_ON_DEVICES = 1 / 16
const SCANNED_BY_TWINS = 1 / 3
const SCANNED_IN_VECTORS = 1 / 32

/** What a search looks for. */
export interface Sought {
  forest: PointForest
  /** The points that are searched for, where they are others. */
  queries?: PointForest
  /** The largest measure that counts, where one is known before. */
  limit?: number
  /** How many of the nearest are searched for, where not. */
  nearest?: number
}

/** Queries that are tried, where bounds are known: those of a chunk, by their share of its queries, 0 to under 1. */
export interface Tried {
  chunk: TreeChunk
  /** The row of a query, the measure above which nothing counts, and nodes of the first chunk in which nothing does. */
  queryAt(share: number): { row: number; bound: number; passesOver?(node: number): boolean }
}

/** Whether comparing queries with all points takes less time than searching. */
export function scanPays(executor: Executor, sought: Sought, tried?: Tried): boolean {
  const { forest, queries = forest } = sought
  if (forest.columns < SCANNED_COLUMNS || forest.rows + queries.rows > MOST_SCANNED) return false
  const [points] = forest.chunks
  const share = searchCost(tried?.chunk ?? queries.chunks[0], points, sought, tried) / (points.rows * forest.columns)
  const { immediate, vectors } = executor.traits
  const byCpu = vectors ? SCANNED_IN_VECTORS : SCANNED_BY_TWINS
  return share > (immediate ? byCpu : SCANNED_ON_DEVICES)
}

/** Multiply-adds of a query, on average, by the nodes and rows that some of them come to. */
export function searchCost(
  queries: TreeChunk,
  points: TreeChunk,
  { forest, queries: others, limit, nearest = 1 }: Sought,
  known?: Tried,
): number {
  const { columns, manhattan } = forest
  const { nodes, levels, data, rows, top } = points
  const arrays = { queries: queries.data, points: data, nodes, levels }
  const search = new TreeSearch({ rows, columns, top } as SearchParameters, arrays, manhattan)
  const boundOf = (row: number) => {
    search.begin(row)
    return limit ?? nearestOfSome(search, others ? rowNear(search) : row, nearest)
  }
  let cost = 0
  let tried = 0
  while (tried < TRIED && cost * columns < MOST_TRIED) {
    const share = tried++ / TRIED
    const first = Math.floor(share * queries.rows)
    const query: ReturnType<Tried['queryAt']> = known?.queryAt(share) ?? { row: first, bound: boundOf(first) }
    const { row, bound, passesOver } = query
    search.begin(row)
    while (!search.over) {
      cost++
      if (passesOver?.(search.node) || search.leastMeasure() > bound) search.skip()
      else if (limit !== undefined && search.greatestMeasure() <= limit) search.skip()
      else if (search.level > 0) search.enter()
      else {
        cost += LEAF
        search.skip()
      }
    }
  }
  return Math.max(1, (cost / tried) * columns)
}

/** The measure to the k-th nearest of the rows about a place, or the farthest of them. */
function nearestOfSome(search: TreeSearch, query: number, k: number): number {
  const first = Math.min(query - (query % BLOCK), Math.max(0, search.parameters.rows - BLOCK))
  const end = Math.min(search.parameters.rows, first + BLOCK)
  const measures = Float32Array.from({ length: end - first }, (_, at) => search.measureTo(first + at)).sort()
  return measures[Math.min(k, measures.length - 1)]
}
