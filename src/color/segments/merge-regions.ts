import { nextTask } from '../../engine/next-task.js'
import { roundedMean } from '../../kernels/color/space/straight-color.js'
import { renumber, unite } from '../../kernels/shared/union-find.js'
import { type Borders, borderLists, contractGraph, enterBorders, regionGraph } from './region-graph.js'
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
  sums: RegionSums,
  limits: MergeLimits,
  signal?: AbortSignal,
): Promise<MergedRegions> {
  // Most of the first regions are of few pixels, and their graph would be as large as the image.
  const first = await joinParts(runs, sums, leastArea(sums.areas, limits), signal)
  const joined = joinRuns(runs, first.mapping)
  const neighbors = await regionGraph(joined, first.count, signal)
  return await mergeRounds(
    { runs: joined, sums: contractSums(sums, first.mapping, first.count), neighbors },
    limits,
    signal,
  )
}

async function mergeRounds(first: MergedRegions, limits: MergeLimits, signal?: AbortSignal): Promise<MergedRegions> {
  let { sums, neighbors } = first
  let mapping = identity(sums.areas.length)
  for (;;) {
    const joined = joinSmall(sums, neighbors, leastArea(sums.areas, limits))
    if (joined.count === joined.mapping.length) return { runs: joinRuns(first.runs, mapping), sums, neighbors }
    sums = contractSums(sums, joined.mapping, joined.count)
    neighbors = contractGraph(neighbors, joined.mapping, joined.count)
    mapping = compose(mapping, joined.mapping)
    await nextTask()
    signal?.throwIfAborted()
  }
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

/** One round without a graph, which is only made of regions with several neighbours of the most similar colour. */
async function joinParts(runs: Runs, sums: RegionSums, least: number, signal?: AbortSignal): Promise<Joined> {
  const { areas } = sums
  const means = premultipliedMeans(sums)
  const similar = new SimilarNeighbors(areas, means, least)
  await enterBorders(runs, similar, signal)
  const tied = await borderLists(runs, similar.tied, signal)
  const borders = new Uint32Array(areas.length)
  const mapping = identity(areas.length)
  for (let region = 0; region < areas.length; region++) {
    const isTied = similar.tied[region] === 1
    if (isTied) unite(mapping, region, mostSimilar(region, tied, means, borders))
    else if (similar.distances[region] < NONE) unite(mapping, region, similar.labels[region])
  }
  return { mapping, count: renumber(mapping) }
}

/** More than the distance of two colours. */
const NONE = 2 ** 31 - 1

/** For each region of fewer than `least` pixels one of its neighbours of the most similar colour. */
class SimilarNeighbors implements Borders {
  readonly labels: Uint32Array
  /** Squared distances to these neighbours, or NONE. */
  readonly distances: Int32Array
  /** 1 where there are several. */
  readonly tied: Uint8Array

  constructor(
    private readonly areas: Uint32Array,
    private readonly means: Uint32Array,
    private readonly least: number,
  ) {
    this.labels = new Uint32Array(areas.length)
    this.distances = new Int32Array(areas.length).fill(NONE)
    this.tied = new Uint8Array(areas.length)
  }

  enter(one: number, other: number): void {
    const { areas, least, means } = this
    if (areas[one] >= least && areas[other] >= least) return
    const distance = colorDistance(means[one], means[other])
    if (areas[one] < least) this.#compare(one, other, distance)
    if (areas[other] < least) this.#compare(other, one, distance)
  }

  #compare(region: number, neighbor: number, distance: number): void {
    const { distances, labels, tied } = this
    if (distance < distances[region]) {
      distances[region] = distance
      labels[region] = neighbor
      tied[region] = 0
    } else if (distance === distances[region] && labels[region] !== neighbor) tied[region] = 1
  }
}

/** One round: what the regions of fewer than `least` pixels become part of. */
function joinSmall(sums: RegionSums, neighbors: RegionNeighbors, least: number): Joined {
  const { areas } = sums
  const means = premultipliedMeans(sums)
  const borders = new Uint32Array(areas.length)
  const mapping = identity(areas.length)
  for (let region = 0; region < areas.length; region++) {
    if (areas[region] >= least || neighbors.offsets[region] === neighbors.offsets[region + 1]) continue
    unite(mapping, region, mostSimilar(region, neighbors, means, borders))
  }
  return { mapping, count: renumber(mapping) }
}

/** The neighbour that a region joins. Neighbours may be listed several times; `borders` is for the lengths in all. */
function mostSimilar(
  region: number,
  { offsets, labels, lengths }: RegionNeighbors,
  means: Uint32Array,
  borders: Uint32Array,
): number {
  const first = offsets[region]
  const end = offsets[region + 1]
  for (let at = first; at < end; at++) borders[labels[at]] = 0
  for (let at = first; at < end; at++) borders[labels[at]] += lengths[at]
  let best = labels[first]
  let least = NONE
  for (let at = first; at < end; at++) {
    const label = labels[at]
    const distance = colorDistance(means[region], means[label])
    if (distance > least) continue
    const isBetter = borders[label] > borders[best] || (borders[label] === borders[best] && label < best)
    if (distance === least && !isBetter) continue
    best = label
    least = distance
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
