import { BufferScope } from '../../engine/engine.js'
import { spaceCoordinates } from '../../kernels/color/space/color-space.js'
import type { Pixels } from '../image/pixels.js'
import type { QuantizePlan } from '../quantize-options.js'
import type { ColorMoments } from '../table/color-moments.js'
import { type ColorPoints, createColorPoints } from '../table/color-points.js'
import type { ColorSpace } from '../table/color-space.js'
import type { ColorWork } from '../table/color-work.js'
import { type PixelWeights, weighTable, weightOf } from '../table/importance.js'
import { drawSeeds } from './draw-seeds.js'
import { type FindOptions, type FoundPalette, findPalette, takePalette } from './find-palette.js'
import { wuSeeds } from './wu.js'

/** The palette of an image, and the state of its search. */
export interface ChosenPalette extends FoundPalette {
  /** Number of first entries that keep their places, used or not. */
  kept: number
  /** The points among which the palette was sought; null if every colour of the image is an entry. */
  points: ColorPoints | null
}

/** The palette that `plan` specifies: the given one, the image's own colours if they are few enough, or clusters. */
export async function choosePalette(
  work: ColorWork,
  plan: QuantizePlan,
  images: readonly Pixels[],
  importance: PixelWeights | null,
): Promise<ChosenPalette> {
  const { executor, scope, table, reporter } = work
  const { space, given, fixed, maxIterations, tolerance } = plan
  if (given) {
    const points = await createColorPoints(executor, scope, table, space)
    const found = await takePalette(work, points, given)
    return { ...found, kept: given.length, points }
  }
  const own = await takeOwnColors(work, plan)
  if (own) return own

  await reporter.report('seed', 0, 1)
  const weights = importance ? await weighTable(work, images, weightOf(importance)) : table.counts
  const points = await createColorPoints(executor, scope, table, space, weights)
  const still = withTransparent(
    fixed,
    plan.colors,
    images.some((image) => image.transparent),
  )
  const starts: Uint32Array<ArrayBuffer>[] = []
  for (let restart = 0; restart < plan.restarts; restart++) {
    const part = { ...work, reporter: reporter.part(restart, plan.restarts) }
    starts.push(await seedCentroids(part, points, still, plan, restart))
  }
  await reporter.report('cluster', 0, plan.restarts * maxIterations)
  const movementThreshold = tolerance === 0 ? null : thresholdOf(tolerance, await points.readTotals())
  const options = { fixed: still, maxIterations, movementThreshold }
  const found = await findBest(work, points, starts, options)
  return { ...found, kept: fixed.length, points }
}

/** Clusters from each of the starts, and returns the first of the palettes with the lowest error. */
async function findBest(
  work: ColorWork,
  points: ColorPoints,
  starts: readonly Uint32Array<ArrayBuffer>[],
  options: FindOptions,
): Promise<FoundPalette> {
  const attempt = async (index: number) => {
    const own = new BufferScope(work.executor)
    try {
      const part = { ...work, scope: own, reporter: work.reporter.part(index, starts.length) }
      return { own, found: await findPalette(part, points, starts[index], options) }
    } catch (error) {
      own.release()
      throw error
    }
  }
  let best = await attempt(0)
  try {
    for (let index = 1; index < starts.length; index++) {
      const next = await attempt(index)
      const better = next.found.weightedError < best.found.weightedError
      const [winner, loser] = better ? [next, best] : [best, next]
      loser.own.release()
      best = winner
    }
  } finally {
    work.scope.adopt(best.own)
  }
  return best.found
}

/** The fixed colours and the image's own, if together they are at most the requested number: nothing is lost then. */
async function takeOwnColors(
  { executor, scope, table }: ColorWork,
  { colors, fixed, space }: QuantizePlan,
): Promise<ChosenPalette | null> {
  if (table.unique > colors) return null
  const distinct = new Uint32Array(await executor.read(table.colors, 0, 4 * table.unique))
  const numbers = new Map<number, number>()
  for (const [number, color] of fixed.entries()) {
    const canonical = isTransparent(color) ? 0 : color
    if (!numbers.has(canonical)) numbers.set(canonical, number)
  }
  const added = distinct.filter((color) => !numbers.has(color))
  if (fixed.length + added.length > colors) return null
  for (const [place, color] of added.entries()) numbers.set(color, fixed.length + place)
  const palette = Uint32Array.from([...fixed, ...added])
  const labels = Uint32Array.from(distinct, (color) => numbers.get(color) as number)
  return {
    palette,
    centroids: coordinatesOf(palette, space, table.alpha),
    populations: new Uint32Array(palette.length).fill(1),
    labels: scope.upload('quantize.labels', labels),
    iterations: 0,
    squaredErrors: { srgb: 0n, oklab: 0n },
    weightedError: 0n,
    kept: fixed.length,
    points: null,
  }
}

/**
 * The entries that stay: the fixed ones and, if pixels are fully transparent, one for them, so that it is not drawn
 * towards translucent neighbours. A palette of one colour has no room for that.
 */
function withTransparent(fixed: Uint32Array, colors: number, transparent: boolean): Uint32Array {
  const room = colors > Math.max(1, fixed.length)
  return transparent && room && !fixed.some(isTransparent) ? Uint32Array.from([...fixed, 0]) : fixed
}

function isTransparent(color: number): boolean {
  return color < 0x01000000
}

/** The first centroids: those that stay, then those of `init`; all starts but the first are drawn by k-means++. */
async function seedCentroids(
  work: ColorWork,
  points: ColorPoints,
  still: Uint32Array,
  { colors, init, seed }: QuantizePlan,
  restart: number,
): Promise<Uint32Array<ArrayBuffer>> {
  const first = coordinatesOf(still, points.space, points.alpha)
  const wanted = colors - still.length
  if (wanted === 0) return first
  if (init !== 'wu' || restart > 0) {
    const options = { farthest: init === 'maximin' && restart === 0, seed, restart }
    return await drawSeeds(work, points, first, wanted, options)
  }
  // Transparent pixels have their entry.
  const skip = still.some(isTransparent)
  const moments = await points.readMoments(skip)
  const means = await wuSeeds(moments, wanted, () => points.readSamples(skip))
  return Uint32Array.from([...first, ...means])
}

/** tolerance × √(mean variance of the coordinates over all pixels), in 1/16 of a coordinate. */
function thresholdOf(tolerance: number, { words, axes }: ColorMoments): number {
  const [n, ...totals] = Array.from({ length: 6 }, (_, m) => words[2 * m] + 0x100000000 * words[2 * m + 1])
  let explained = 0
  for (let axis = 0; axis < axes; axis++) explained += (totals[axis] * totals[axis]) / n
  const variance = Math.max(0, (totals[4] - explained) / (n * axes))
  return Math.min(Math.floor(16 * tolerance * Math.sqrt(variance)), Number.MAX_SAFE_INTEGER)
}

/** The coordinates of colours, four per colour. */
function coordinatesOf(colors: Uint32Array, { OKLAB }: ColorSpace, alpha: boolean): Uint32Array<ArrayBuffer> {
  const coordinates = new Uint32Array(4 * colors.length)
  for (const [i, color] of colors.entries()) {
    spaceCoordinates(color, { ALPHA: alpha, OKLAB }, coordinates.subarray(4 * i, 4 * i + 4))
  }
  return coordinates
}
