import { roundedMean } from '../../kernels/color/space/straight-color.js'

/** No region. */
export const NONE = -1
/** A code above those of all distances, and the one of regions that are not small, below all. */
export const FARTHEST = 0x7fff_ffff
export const LARGE = 1

/**
 * Regions while they join others: all but the parents are those of the sets' roots, their lowest labels. All parents are
 * roots between rounds.
 */
export interface Sets {
  parents: Uint32Array
  /** Four sums of colours per region, as in RegionSums. */
  colors: Float64Array
  /** Words of each region, next to each other, since borders need all of them. */
  words: Int32Array
}

/** Words of a region. */
export const WORDS = 4
/** Premultiplied mean colour, rgba8. */
export const MEAN = 0
/**
 * Of a small region the code of the distance to the neighbours of the most similar colour: 2d + 3, or 2d + 2 if there are
 * several; FARTHEST before one is found. LARGE for all others.
 */
export const CODE = 1
/** Of a small region the first of these neighbours, or NONE. */
export const SIMILAR = 2
/** Number of pixels. */
export const AREA = 3

/** Sets of one region each. Replaces the sums of colours. */
export function setsOf(areas: Uint32Array, colors: Float64Array): Sets {
  const words = new Int32Array(WORDS * areas.length)
  const sets = { parents: identity(areas.length), colors, words }
  for (let region = 0; region < areas.length; region++) {
    words[WORDS * region + AREA] = areas[region]
    words[WORDS * region + CODE] = LARGE
    words[WORDS * region + MEAN] = meanOf(sets, region)
  }
  return sets
}

export function identity(count: number): Uint32Array {
  const mapping = new Uint32Array(count)
  for (let region = 0; region < count; region++) mapping[region] = region
  return mapping
}

/** Premultiplied mean colour, an rgba8 word. */
export function meanOf({ words, colors }: Sets, region: number): number {
  const area = words[WORDS * region + AREA]
  const at = 4 * region
  const light = roundedMean(colors[at], 255 * area) | (roundedMean(colors[at + 1], 255 * area) << 8)
  return light | (roundedMean(colors[at + 2], 255 * area) << 16) | (roundedMean(colors[at + 3], area) << 24)
}
