import { listBorders } from './borders.js'
import { type Joined, joinSmall } from './join-small.js'
import { bordersOf, contractNeighbors, listNeighbors, neighborsOf } from './region-graph.js'
import { identity } from './region-sets.js'
import type { RegionSums } from './region-sums.js'
import type { RegionNeighbors } from './regions.js'
import { joinRuns, type Runs } from './runs.js'

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

/**
 * Merges regions into their neighbours, in rounds: each that is too small joins the neighbour with the most similar mean
 * colour, of equal ones that with the longest common border, of those the lowest label. First those of fewer than `minArea`
 * pixels are too small, until none is left; then, as long as there are more than `most`, those smaller than the `most`
 * largest. Colours are compared by their squared distance in bytes of premultiplied red, green and blue and alpha. Labels
 * keep the order of the first pixels. Replaces the given runs and sums of colours.
 */
export async function mergeRegions(
  runs: Runs,
  sums: RegionSums,
  { minArea, most }: MergeLimits,
  signal?: AbortSignal,
): Promise<MergedRegions> {
  const first = await joinFragments(runs, sums, minArea, signal)
  const large = joinRuns(runs, first.mapping)
  let { areas } = first.sums
  const neighbors = neighborsOf(await listNeighbors(large, areas.length, signal))
  let merged = { mapping: identity(areas.length), sums: first.sums, neighbors }
  for (; areas.length > most; areas = merged.sums.areas) {
    const least = areas.slice().sort()[areas.length - most]
    const { mapping, sums } = await joinSmall(merged.sums, bordersOf(merged.neighbors), { least, rounds: 1 }, signal)
    if (sums.areas.length === areas.length) break
    const neighbors = contractNeighbors(merged.neighbors, mapping, sums.areas.length)
    merged = { mapping: compose(merged.mapping, mapping), sums, neighbors }
  }
  return { ...merged, runs: joinRuns(large, merged.mapping), mapping: compose(first.mapping, merged.mapping) }
}

async function joinFragments(runs: Runs, sums: RegionSums, least: number, signal?: AbortSignal): Promise<Joined> {
  if (least <= 1) return { mapping: identity(sums.areas.length), sums }
  const borders = await listBorders(runs, sums.areas, least, signal)
  return await joinSmall(sums, borders, { least, rounds: Infinity }, signal)
}

/** Where `second` takes what `first` maps to. */
function compose(first: Uint32Array, second: Uint32Array): Uint32Array {
  const both = new Uint32Array(first.length)
  for (let at = 0; at < first.length; at++) both[at] = second[first[at]]
  return both
}
