import { roundedMean } from '../../kernels/color/space/straight-color.js'
import { renumber, unite } from '../../kernels/shared/union-find.js'
import { type Borders, findBorders, joinBorders, neighborsOf } from './region-graph.js'
import { contractSums, type RegionSums } from './region-sums.js'
import type { RegionNeighbors } from './regions.js'
import { joinRuns, type Runs } from './runs.js'
import { NONE, similarNeighbors } from './similar-neighbors.js'

/** Which regions are too small. */
export interface MergeLimits {
  /** Minimum number of pixels of a region. */
  minArea: number
  /** Number of regions above which the smallest are too many. */
  most: number
}

/** Regions: the labels of runs, what is summed over their pixels, and their neighbours. */
export interface MergedRegions {
  runs: Runs
  /** The region that each of those before became part of. */
  mapping: Uint32Array
  sums: RegionSums
  neighbors: RegionNeighbors
}

/** The new label of each region, and the number of labels. */
interface Joined {
  mapping: Uint32Array
  count: number
}

/**
 * Merges regions into their neighbours, in rounds: each that is too small joins the neighbour with the most similar mean
 * colour, of equal ones that with the longest common border, of those the lowest label. First those of fewer than `minArea`
 * pixels are too small, until none is left; then, as long as there are more than `most`, those smaller than the `most`
 * largest. Colours are compared by their squared distance in bytes of premultiplied red, green and blue and alpha. Labels
 * keep the order of the first pixels. Replaces the given runs.
 */
export async function mergeRegions(
  runs: Runs,
  first: RegionSums,
  limits: MergeLimits,
  signal?: AbortSignal,
): Promise<MergedRegions> {
  const borders = await findBorders(runs, signal)
  let sums = first
  let mapping = identity(sums.areas.length)
  for (;;) {
    const least = leastArea(sums.areas, limits)
    if (!hasBelow(sums.areas, least)) break
    const joined = await joinSmall(sums, borders, least, signal)
    if (joined.count === joined.mapping.length) break
    sums = contractSums(sums, joined.mapping, joined.count)
    await joinBorders(borders, joined.mapping, signal)
    mapping = compose(mapping, joined.mapping)
  }
  return { runs: joinRuns(runs, mapping), mapping, sums, neighbors: neighborsOf(borders, sums.areas.length) }
}

/** The number of pixels below which regions are too small. */
function leastArea(areas: Uint32Array, { minArea, most }: MergeLimits): number {
  if (areas.length <= most || hasBelow(areas, minArea)) return minArea
  return areas.slice().sort()[areas.length - most]
}

function hasBelow(areas: Uint32Array, minArea: number): boolean {
  for (let region = 0; region < areas.length; region++) if (areas[region] < minArea) return true
  return false
}

function identity(count: number): Uint32Array {
  const mapping = new Uint32Array(count)
  for (let region = 0; region < count; region++) mapping[region] = region
  return mapping
}

/** Where `second` takes what `first` maps to. */
function compose(first: Uint32Array, second: Uint32Array): Uint32Array {
  const both = new Uint32Array(first.length)
  for (let at = 0; at < first.length; at++) both[at] = second[first[at]]
  return both
}

/** One round: what the regions of fewer than `least` pixels become part of. */
async function joinSmall(sums: RegionSums, borders: Borders, least: number, signal?: AbortSignal): Promise<Joined> {
  const { areas } = sums
  const mapping = identity(areas.length)
  const similar = await similarNeighbors({ areas, least, means: premultipliedMeans(sums) }, borders, signal)
  for (let region = 0; region < areas.length; region++) {
    if (areas[region] < least && similar[region] !== NONE) unite(mapping, region, similar[region])
  }
  return { mapping, count: renumber(mapping) }
}

/** Premultiplied mean colours, rgba8 words. */
function premultipliedMeans({ areas, colors }: RegionSums): Uint32Array {
  const means = new Uint32Array(areas.length)
  for (let region = 0; region < areas.length; region++) {
    const area = areas[region]
    const at = 4 * region
    const light = roundedMean(colors[at], 255 * area) | (roundedMean(colors[at + 1], 255 * area) << 8)
    means[region] = light | (roundedMean(colors[at + 2], 255 * area) << 16) | (roundedMean(colors[at + 3], area) << 24)
  }
  return means
}
