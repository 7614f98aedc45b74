import { roundedMean } from '../../kernels/color/space/straight-color.js'
import { renumber, rootOf } from '../../kernels/shared/union-find.js'
import { listNeighbors, type NeighborLists, NONE } from './region-graph.js'
import type { RegionSums } from './region-sums.js'
import { inTurns, type Runs } from './runs.js'

/** About the number of neighbours of a region. */
const NEIGHBORS = 8

/** Which regions join others. */
export interface SmallRegions {
  /** Number of pixels below which they do. */
  least: number
  /** Maximum number of rounds. */
  rounds: number
}

/** The new label of each region, and the number of labels. */
export interface Joined {
  mapping: Uint32Array
  count: number
}

/** Regions while they join others: all but the parents are those of the sets' roots, their lowest labels. */
interface Sets extends RegionSums {
  parents: Uint32Array
  /** Premultiplied mean colours, rgba8 words. */
  means: Uint32Array
  /** The neighbours of those that are small. */
  lists: NeighborLists
  /** Sums of lengths, for all neighbours of one region. */
  totals: Uint32Array
}

/**
 * Rounds in which each small region joins the neighbour of the most similar mean colour, of equal ones that of the longest
 * common border, of those that of the lowest label.
 */
export async function joinSmall(
  runs: Runs,
  { areas, colors }: RegionSums,
  { least, rounds }: SmallRegions,
  signal?: AbortSignal,
): Promise<Joined> {
  const parents = identity(areas.length)
  let small = parents.filter((region) => areas[region] < least)
  if (small.length === 0) return { mapping: parents, count: areas.length }
  const sets = {
    parents,
    areas: areas.slice(),
    colors: colors.slice(),
    means: new Uint32Array(areas.length),
    lists: await listNeighbors(runs, areas, least, signal),
    totals: new Uint32Array(areas.length),
  }
  for (let region = 0; region < areas.length; region++) sets.means[region] = meanOf(sets, region)
  for (let round = 0; round < rounds && small.length > 0; round++) {
    const similar = new Uint32Array(small.length)
    await inTurns(small.length, NEIGHBORS, (first, end) => findSimilar(sets, small, similar, [first, end]), signal)
    if (!uniteAll(sets, small, similar, least)) break
    small = small.filter((region) => parents[region] === region && sets.areas[region] < least)
  }
  return { mapping: parents, count: renumber(parents) }
}

export function identity(count: number): Uint32Array {
  const mapping = new Uint32Array(count)
  for (let region = 0; region < count; region++) mapping[region] = region
  return mapping
}

/** Premultiplied mean colour, an rgba8 word. */
function meanOf({ areas, colors }: RegionSums, region: number): number {
  const area = areas[region]
  const at = 4 * region
  const light = roundedMean(colors[at], 255 * area) | (roundedMean(colors[at + 1], 255 * area) << 8)
  return light | (roundedMean(colors[at + 2], 255 * area) << 16) | (roundedMean(colors[at + 3], area) << 24)
}

/** Writes the neighbour that each of some small regions joins, or NONE. */
function findSimilar(
  sets: Sets,
  small: Uint32Array,
  similar: Uint32Array,
  [first, end]: readonly [first: number, end: number],
): void {
  for (let at = first; at < end; at++) similar[at] = mostSimilar(sets, small[at])
}

function mostSimilar(sets: Sets, region: number): number {
  const { parents, means, lists } = sets
  const { nexts, others } = lists
  const own = means[region]
  let best = NONE
  let least = Infinity
  let isTied = false
  let before = NONE
  for (let at = lists.heads[region]; at !== NONE; at = nexts[at]) {
    const other = rootOf(parents, others[at])
    if (other === region) {
      leaveOut(lists, region, before, at)
      continue
    }
    others[at] = other
    before = at
    const distance = colorDistance(own, means[other])
    if (distance < least) {
      least = distance
      best = other
      isTied = false
    } else if (distance === least && other !== best) isTied = true
  }
  return isTied ? longestBorder(sets, region, least) : best
}

/** Takes the entry `at`, which is after `before`, out of a region's list. */
function leaveOut({ heads, lasts, nexts }: NeighborLists, region: number, before: number, at: number): void {
  if (before === NONE) heads[region] = nexts[at]
  else nexts[before] = nexts[at]
  if (lasts[region] === at) lasts[region] = before
}

/** Of the neighbours at a distance of colours that of the longest common border, of equal ones the lowest label. */
function longestBorder({ means, lists, totals }: Sets, region: number, distance: number): number {
  const { heads, nexts, others, lengths } = lists
  const own = means[region]
  for (let at = heads[region]; at !== NONE; at = nexts[at]) totals[others[at]] = 0
  for (let at = heads[region]; at !== NONE; at = nexts[at]) totals[others[at]] += lengths[at]
  let best = NONE
  for (let at = heads[region]; at !== NONE; at = nexts[at]) {
    const other = others[at]
    if (colorDistance(own, means[other]) !== distance) continue
    if (best === NONE || totals[other] > totals[best] || (totals[other] === totals[best] && other < best)) best = other
  }
  return best
}

/** The squared distance of two colours, rgba8 words. */
function colorDistance(a: number, b: number): number {
  const red = (a & 255) - (b & 255)
  const green = ((a >>> 8) & 255) - ((b >>> 8) & 255)
  const blue = ((a >>> 16) & 255) - ((b >>> 16) & 255)
  const alpha = (a >>> 24) - (b >>> 24)
  return red * red + green * green + blue * blue + alpha * alpha
}

/** Unites small regions with what they join; returns whether any does. */
function uniteAll(sets: Sets, small: Uint32Array, similar: Uint32Array, least: number): boolean {
  const { parents, means } = sets
  let unites = false
  for (let at = 0; at < small.length; at++) {
    if (similar[at] === NONE) continue
    unites = true
    const one = rootOf(parents, small[at])
    const other = rootOf(parents, similar[at])
    if (one !== other) uniteRoots(sets, Math.min(one, other), Math.max(one, other), least)
  }
  for (let at = 0; at < small.length; at++) {
    const root = rootOf(parents, small[at])
    means[root] = meanOf(sets, root)
  }
  return unites
}

/** Adds a set to one of a lower label. The lists of what is no longer small are lost. */
function uniteRoots({ parents, areas, colors, lists }: Sets, into: number, from: number, least: number): void {
  parents[from] = into
  areas[into] += areas[from]
  for (let i = 0; i < 4; i++) colors[4 * into + i] += colors[4 * from + i]
  if (areas[into] >= least || lists.heads[from] === NONE) return
  const { heads, lasts, nexts } = lists
  if (heads[into] === NONE) heads[into] = heads[from]
  else nexts[lasts[into]] = heads[from]
  lasts[into] = lasts[from]
}
