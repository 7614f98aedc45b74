import type { BufferScope, Executor } from '../engine/engine.js'
import { lowestLabel } from '../kernels/neighbors/lowest-label.js'
import { tileOf } from '../kernels/neighbors/point-tree.js'
import { NONE } from '../kernels/shared/none.js'
import type { Progress } from '../types.js'
import { nodeComponents } from './node-components.js'
import type { PointForest } from './point-forest.js'
import { searchForest } from './search.js'

interface LabelSearch {
  forest: PointForest
  /** The points that are searched for, where they are not those of the forest. */
  queries?: PointForest
  /** The largest measure of the distance to a labelled point. */
  limit: number
  signal?: AbortSignal
  onProgress?: (progress: Progress) => void
}

/** Compiles what `lowestLabels` of such points runs. */
export function compileLowestLabel(
  executor: Executor,
  { columns, manhattan }: Pick<PointForest, 'columns' | 'manhattan'>,
) {
  const constants = { COLUMNS: columns, TILE: tileOf(columns, 8) }
  return executor.compile(lowestLabel, { flags: { MANHATTAN: manhattan }, constants })
}

/**
 * The lowest label among the points within a limit of each query, in the queries' order; NONE without one, and for
 * queries that have a label.
 *
 * @param labels those of all points, and after them of queries that are others; NONE for one without
 */
export async function lowestLabels(
  executor: Executor,
  scope: BufferScope,
  { forest, queries, limit, ...control }: LabelSearch,
  labels: Uint32Array<ArrayBuffer>,
): Promise<Uint32Array> {
  const kernel = await compileLowestLabel(executor, forest)
  const { chunks, rows } = queries ?? forest
  const all = scope.upload('neighbors.labels', labels)
  const reached = chunks.map((chunk) => scope.upload('neighbors.reached', new Uint32Array(chunk.rows).fill(NONE)))
  const levels = forest.chunks.map((chunk) => scope.upload('neighbors.levels', nodeComponents(chunk, labels)))
  await searchForest(executor, {
    forest,
    queries,
    limit,
    ...control,
    stage: 'label',
    run(parameters, buffers, { number }, points) {
      const own = { labels: all, levels: levels[points.number], reached: reached[number] }
      executor.run(kernel, parameters, { ...buffers, ...own })
    },
  })
  const lowest = new Uint32Array(rows)
  for (const { first, number } of chunks) lowest.set(new Uint32Array(await executor.read(reached[number])), first)
  return lowest
}
