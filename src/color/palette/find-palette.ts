import type { EngineBuffer } from '../../engine/kernel.js'
import { placePalette } from '../../kernels/color/palette/place-palette.js'
import { State } from '../../kernels/color/palette/quantizer-state.js'
import { roundPalette } from '../../kernels/color/palette/round-palette.js'
import { type CellFlags, opaqueAlpha } from '../../kernels/color/space/color-cell.js'
import { straightMean } from '../../kernels/color/space/straight-color.js'
import type { ColorPoints } from '../table/color-points.js'
import { colorSpace } from '../table/color-space.js'
import type { ColorWork } from '../table/color-work.js'
import { type CandidateLists, createCandidateLists } from './candidate-lists.js'
import { type LloydOptions, runLloyd } from './color-clusters.js'
import { measureError, readU64, type SquaredErrors } from './color-error.js'
import { mapToPalette } from './color-mapping.js'

/** A palette, including unused entries, with the nearest entry of every distinct colour. */
export interface FoundPalette {
  /** RGBA bytes of each entry in a word. */
  palette: Uint32Array
  /** Four coordinates per entry: the centroid that it was rounded from. */
  centroids: Uint32Array
  /** Number of pixels of each entry. */
  populations: Uint32Array
  /** Index of the entry of each distinct colour. */
  labels: EngineBuffer
  iterations: number
  /** Exact errors over all pixels, in squared coordinates of each space. */
  squaredErrors: SquaredErrors
  /** The minimized error: in the space of clustering, by the points' weights. */
  weightedError: bigint
}

export interface FindOptions extends Omit<LloydOptions, 'fixedCount'> {
  /** The first entries, as rgba8 words, which do not change. */
  fixed: Uint32Array
}

/**
 * Clusters the points from `seeds` (4 coordinates each, those of the fixed entries first), rounds the centroids to bytes
 * and maps every colour to them, an opaque one to an opaque entry.
 */
export async function findPalette(
  work: ColorWork,
  points: ColorPoints,
  seeds: Uint32Array<ArrayBuffer>,
  { fixed, ...options }: FindOptions,
): Promise<FoundPalette> {
  const { executor, scope, table } = work
  const centroidCount = seeds.length / 4
  const fixedCount = fixed.length
  const state = scope.allocate('quantize.state', 4 * State.words)
  const [candidates, round] = await Promise.all([
    createCandidateLists(executor, scope, points, state, centroidCount),
    executor.compile(roundPalette, { flags: { ALPHA: points.alpha, OKLAB: points.space.OKLAB } }),
  ])
  if (points.alpha && table.opaque) raiseOpaque(seeds, fixedCount, points.flags)
  const centroids = scope.upload('quantize.centroids', seeds)
  if (fixedCount < centroidCount) {
    await runLloyd(work, points, candidates, { centroids, state }, { ...options, fixedCount })
  }
  const palette = scope.allocate('quantize.palette', 4 * centroidCount)
  executor.write(palette, Uint32Array.from(fixed))
  executor.run(round, { centroidCount, fixedCount }, { centroids, transfer: table.transfer, palette })
  return await mapPalette(work, points, candidates, { palette, centroids, state })
}

/**
 * Makes the seed with the highest alpha among those not fixed opaque, if there is no opaque one yet, since opaque
 * colours need an opaque entry.
 */
function raiseOpaque(seeds: Uint32Array, fixedCount: number, flags: CellFlags): void {
  const opaque = opaqueAlpha(flags)
  let most = -1
  for (let i = 0; i < seeds.length / 4; i++) {
    const alpha = seeds[4 * i + 3]
    if (alpha === opaque) return
    if (i >= fixedCount && (most < 0 || alpha > seeds[4 * most + 3])) most = i
  }
  if (most < 0) return
  const raised = seeds.subarray(4 * most, 4 * most + 4)
  const alpha = raised[3]
  for (let axis = 0; axis < 3 && alpha > 0; axis++) raised[axis] = straightMean(axis, raised[axis], alpha, 1, flags)
  raised[3] = opaque
}

/** Maps every colour to a given palette (rgba8 words). */
export async function takePalette(
  work: ColorWork,
  points: ColorPoints,
  given: Uint32Array<ArrayBuffer>,
): Promise<FoundPalette> {
  const { executor, scope } = work
  const state = scope.allocate('quantize.state', 4 * State.words)
  const candidates = await createCandidateLists(executor, scope, points, state, given.length)
  const palette = scope.upload('quantize.palette', given)
  return await mapPalette(work, points, candidates, { palette, centroids: null, state })
}

async function mapPalette(
  work: ColorWork,
  points: ColorPoints,
  candidates: CandidateLists,
  { palette, centroids, state }: { palette: EngineBuffer; centroids: EngineBuffer | null; state: EngineBuffer },
): Promise<FoundPalette> {
  const { executor, scope } = work
  const { transfer, counts } = work.table
  const { name, OKLAB } = points.space
  const place = await executor.compile(placePalette, { flags: { ALPHA: points.alpha, OKLAB } })
  const entries = scope.allocate('quantize.entries', 4 * palette.size)
  executor.run(place, { entryCount: palette.size / 4 }, { palette, transfer, entries })
  const mapping = await mapToPalette(work, points, candidates, { entries, state })
  const { labels, populations } = mapping
  const other = colorSpace(OKLAB ? 'srgb' : 'oklab')
  const otherError = await measureError(work, other, { palette, labels, weights: counts })
  const { weights } = points
  const own = weights === counts ? null : await measureError(work, points.space, { palette, labels, weights })
  const buffers = [state, otherError, own ?? otherError, palette, centroids ?? entries, populations]
  const [states, error, weighted, ...results] = (await Promise.all(buffers.map((buffer) => executor.read(buffer)))).map(
    (bytes) => new Uint32Array(bytes),
  )
  // The largest buffers, which mapping pixels does not need.
  for (const list of Object.values(candidates.lists)) scope.releaseOne(list)
  const squaredErrors = { [name]: readU64(states, State.error), [other.name]: readU64(error, 0) }
  return {
    palette: results[0],
    centroids: results[1],
    populations: results[2],
    labels,
    iterations: states[State.iterations],
    squaredErrors: squaredErrors as SquaredErrors,
    weightedError: own ? readU64(weighted, 0) : squaredErrors[name],
  }
}
