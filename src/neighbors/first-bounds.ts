import { nextTask } from '../engine/next-task.js'
import { BLOCK, marginOf, type SearchParameters, TreeSearch } from '../kernels/neighbors/point-tree.js'
import type { PointForest } from './point-forest.js'
import { rowNear } from './row-near.js'

/** Time between two turns of the event loop, at which aborts are heard. */
const TURN_MS = 40

/**
 * Upper bounds of what searches of a forest find for points that are not in it, in the queries' order. A point of the
 * forest begins with the block around it, which bounds what else can be near; others begin with some rows near them.
 *
 * @param count number of these rows, of which there may be fewer
 * @param boundOf the bound by these rows, given their measures and the place of the first
 */
export async function firstBounds(
  { chunks, rows, columns, manhattan }: PointForest,
  queries: PointForest,
  count: number,
  boundOf: (measures: Float32Array, first: number) => number,
  signal?: AbortSignal,
): Promise<Float32Array<ArrayBuffer>> {
  const bounds = new Float32Array(queries.rows).fill(Infinity)
  let turn = performance.now()
  const room = new Float32Array(Math.min(rows, Math.max(BLOCK, count)))
  for (const chunk of queries.chunks) {
    for (const tree of chunks) {
      const parameters = { rows: tree.rows, columns, top: tree.top } as SearchParameters
      const arrays = { queries: chunk.data, points: tree.data, nodes: tree.nodes, levels: tree.levels }
      const search = new TreeSearch(parameters, arrays, manhattan)
      const measures = room.subarray(0, tree.rows)
      for (let query = 0; query < chunk.rows; query++) {
        search.begin(query)
        const around = rowNear(search) - (measures.length >> 1)
        const first = Math.max(0, Math.min(tree.rows - measures.length, around))
        for (let row = 0; row < measures.length; row++) measures[row] = search.measureTo(first + row)
        const bound = boundOf(measures, tree.first + first) * (1 + marginOf(columns))
        if (bound < bounds[chunk.first + query]) bounds[chunk.first + query] = bound
        if (performance.now() - turn < TURN_MS) continue
        await nextTask()
        signal?.throwIfAborted()
        turn = performance.now()
      }
    }
  }
  return bounds
}
