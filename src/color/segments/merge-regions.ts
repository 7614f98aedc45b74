import { identity, joinSmall } from './join-small.js'
import { listNeighbors, neighborsOf } from './region-graph.js'
import { contractSums, type RegionSums } from './region-sums.js'
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
 * keep the order of the first pixels. Replaces the given runs.
 */
export async function mergeRegions(
  runs: Runs,
  sums: RegionSums,
  { minArea, most }: MergeLimits,
  signal?: AbortSignal,
): Promise<MergedRegions> {
  let merged = { runs, sums, mapping: identity(sums.areas.length) }
  const join = async (least: number, rounds: number): Promise<boolean> => {
    const { mapping, count } = await joinSmall(merged.runs, merged.sums, { least, rounds }, signal)
    if (count === mapping.length) return false
    merged = {
      runs: joinRuns(merged.runs, mapping),
      sums: contractSums(merged.sums, mapping, count),
      mapping: compose(merged.mapping, mapping),
    }
    return true
  }
  await join(minArea, Infinity)
  while (merged.sums.areas.length > most) {
    const { areas } = merged.sums
    if (!(await join(areas.slice().sort()[areas.length - most], 1))) break
  }
  const lists = await listNeighbors(merged.runs, merged.sums.areas, Infinity, signal)
  return { ...merged, neighbors: neighborsOf(lists) }
}

/** Where `second` takes what `first` maps to. */
function compose(first: Uint32Array, second: Uint32Array): Uint32Array {
  const both = new Uint32Array(first.length)
  for (let at = 0; at < first.length; at++) both[at] = second[first[at]]
  return both
}
