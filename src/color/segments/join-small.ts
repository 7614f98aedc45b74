import { renumber, rootOf } from '../../kernels/shared/union-find.js'
import type { Borders } from './borders.js'
import { AREA, CODE, LARGE, MEAN, meanOf, NONE, type Sets, SIMILAR, setsOf, WORDS } from './region-sets.js'
import type { RegionSums } from './region-sums.js'
import { findSimilar } from './similar-regions.js'

/** Which regions join others. */
export interface SmallRegions {
  /** Number of pixels below which they do. */
  least: number
  /** Maximum number of rounds. */
  rounds: number
}

/** The new label of each region, and the sums of the new ones. */
export interface Joined {
  mapping: Uint32Array
  sums: RegionSums
}

/**
 * Rounds in which each small region joins the neighbour of the most similar mean colour, of equal ones that of the longest
 * common border, of those that of the lowest label. Replaces the sums of colours and the borders.
 */
export async function joinSmall(
  { areas, colors }: RegionSums,
  borders: Borders,
  { least, rounds }: SmallRegions,
  signal?: AbortSignal,
): Promise<Joined> {
  const sets = setsOf(areas, colors)
  let small = smallOf(sets, sets.parents, least)
  for (let round = 0; round < rounds && small.length > 0; round++) {
    await findSimilar(sets, small, borders, signal)
    if (!uniteAll(sets, small)) break
    small = smallOf(sets, small, least)
  }
  return joined(sets)
}

/** Those of some regions that are still roots and of fewer than `least` pixels. */
function smallOf({ parents, words }: Sets, regions: Uint32Array, least: number): Uint32Array {
  const small = new Uint32Array(regions.length)
  let count = 0
  for (let at = 0; at < regions.length; at++) {
    const region = regions[at]
    if (parents[region] === region && words[WORDS * region + AREA] < least) small[count++] = region
  }
  return small.subarray(0, count)
}

/** The sums of the roots, whose numbers replace the parents. */
function joined({ parents, colors, words }: Sets): Joined {
  const areas = new Uint32Array(parents.length)
  let count = 0
  for (let region = 0; region < parents.length; region++) {
    if (parents[region] !== region) continue
    areas[count] = words[WORDS * region + AREA]
    colors.copyWithin(4 * count++, 4 * region, 4 * region + 4)
  }
  renumber(parents)
  return { mapping: parents, sums: { areas: areas.slice(0, count), colors: colors.slice(0, 4 * count) } }
}

/** Unites small regions with what they join; returns whether any does. */
function uniteAll(sets: Sets, small: Uint32Array): boolean {
  const { parents, words } = sets
  let unites = false
  for (let at = 0; at < small.length; at++) {
    const similar = words[WORDS * small[at] + SIMILAR]
    if (similar === NONE) continue
    unites = true
    const one = rootOf(parents, small[at])
    const other = rootOf(parents, similar)
    if (one !== other) uniteRoots(sets, Math.min(one, other), Math.max(one, other))
  }
  for (let region = 0; region < parents.length; region++) parents[region] = parents[parents[region]]
  for (let at = 0; at < small.length; at++) {
    const root = parents[small[at]]
    words[WORDS * root + MEAN] = meanOf(sets, root)
    words[WORDS * root + CODE] = LARGE
  }
  return unites
}

/** Adds a set to one of a lower label. */
function uniteRoots({ parents, words, colors }: Sets, into: number, from: number): void {
  parents[from] = into
  words[WORDS * into + AREA] += words[WORDS * from + AREA]
  for (let i = 0; i < 4; i++) colors[4 * into + i] += colors[4 * from + i]
}
