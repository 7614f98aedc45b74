import type { EngineBuffer } from '../../engine/kernel.js'
import { mapColors } from '../../kernels/color/palette/map-colors.js'
import { type ColorPoints, overColors } from '../table/color-points.js'
import type { ColorWork } from '../table/color-work.js'
import type { CandidateLists } from './candidate-lists.js'

/** Every distinct colour's nearest palette entry. */
export interface ColorMapping {
  /** A word per distinct colour. */
  labels: EngineBuffer
  /** A word per entry: its pixels. */
  populations: EngineBuffer
}

/** Maps the points to the nearest of `entries` (4 coordinates each); `state` gets the exact squared error over pixels. */
export async function mapToPalette(
  { executor, scope, table, reporter }: ColorWork,
  points: ColorPoints,
  candidates: CandidateLists,
  { entries, state }: Record<'entries' | 'state', EngineBuffer>,
): Promise<ColorMapping> {
  const { search, lists } = candidates
  const map = await executor.compile(mapColors, { flags: points.flags })
  const labels = scope.allocate('quantize.mapping', 4 * points.count)
  const populations = scope.allocate('quantize.populations', 4 * search.centroidCount)
  const buffers = {
    points: points.points,
    counts: table.counts,
    centroids: entries,
    ...lists,
    labels,
    populations,
    state,
  }
  candidates.update(entries, false)
  await overColors(executor, reporter, points.count, search.centroidCount, (range) =>
    executor.run(map, { ...range, ...search }, buffers),
  )
  return { labels, populations }
}
