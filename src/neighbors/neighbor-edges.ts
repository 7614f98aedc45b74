import { BufferScope, type Executor } from '../engine/engine.js'
import { NONE } from '../kernels/shared/none.js'
import type { Progress } from '../types.js'
import type { MeasuredPoints } from './measured-points.js'
import { nearestLists } from './nearest.js'
import { createPointForest } from './point-forest.js'

/**
 * Edges from each row to its k nearest other rows, row after row of some order, or to all others where there are no more:
 * pairs of rows, one after the other.
 */
export async function neighborEdges(
  executor: Executor,
  points: MeasuredPoints,
  k: number,
  control: { signal?: AbortSignal; onProgress?: (progress: Progress) => void },
): Promise<Uint32Array> {
  const { rows } = points
  const others = Math.min(k, rows - 1)
  const pairs = new Uint32Array(2 * rows * others)
  const taken = new Uint32Array(rows)
  const scope = new BufferScope(executor)
  try {
    const forest = createPointForest(executor, scope, points, null)
    const { order, chunks } = forest
    await nearestLists(executor, scope, forest, others + 1, {
      ...control,
      onPass(lists) {
        for (const { first, number, rows } of chunks) {
          const { kept, places } = lists[number]
          for (let at = 0; at < rows * kept; at++) {
            const place = first + Math.floor(at / kept)
            // Of many equal points, a row is not always among its own nearest.
            if (places[at] === NONE || places[at] === place || taken[place] === others) continue
            const pair = 2 * (place * others + taken[place]++)
            pairs[pair] = order[place]
            pairs[pair + 1] = order[places[at]]
          }
        }
      },
    })
  } finally {
    scope.release()
  }
  return pairs
}
