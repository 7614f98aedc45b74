import type { EngineBuffer } from '../../engine/kernel.js'
import { mapColors } from '../../kernels/color/palette/map-colors.js'
import { type ColorPoints, overColors } from '../table/color-points.js'
import type { ColorWork } from '../table/color-work.js'
import type { CandidateLists } from './candidate-lists.js'

/** The nearest palette entry of every distinct colour. */
export interface ColorMapping {
  /** One word per distinct colour. */
  labels: EngineBuffer
  /** One word per entry: its number of pixels. */
  populations: EngineBuffer
}

/**
 * Maps the points to the nearest of `entries` (4 coordinates each), and writes the exact squared error over pixels to
 * `state`.
 */
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
