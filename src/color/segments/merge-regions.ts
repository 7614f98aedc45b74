import { rootOf, unite } from '../../kernels/shared/union-find.js'
import { contractGraph, type RegionGraph } from './region-graph.js'
import { contractSums, type RegionSums } from './region-sums.js'
import { roundedMean } from './regions.js'

/** Regions, and the region that each of those before became part of. */
export interface MergedRegions {
  sums: RegionSums
  graph: RegionGraph
  mapping: Uint32Array
}

/**
 * Merges regions of fewer than `minArea` pixels into their neighbours, in rounds: each joins the neighbour with the most
 * similar mean colour, of equal ones that with the longest common border, of those the lowest label; until none is left.
 * Colours are compared by their squared distance in bytes of premultiplied red, green and blue and alpha. Labels keep the
 * order of the first pixels.
 */
export function mergeRegions(sums: RegionSums, graph: RegionGraph, minArea: number): MergedRegions {
  let merged: MergedRegions = { sums, graph, mapping: identity(sums.areas.length) }
  for (;;) {
    const { mapping, count } = joinSmall(merged, minArea)
    if (count === mapping.length) return merged
    merged = {
      sums: contractSums(merged.sums, mapping, count),
      graph: contractGraph(merged.graph, mapping, count),
      mapping: compose(merged.mapping, mapping),
    }
  }
}

function identity(count: number): Uint32Array {
  const mapping = new Uint32Array(count)
  for (let region = 0; region < count; region++) mapping[region] = region
  return mapping
}

/** Where `second` takes what `first` maps to. */
export function compose(first: Uint32Array, second: Uint32Array): Uint32Array<ArrayBuffer> {
  const both = new Uint32Array(first.length)
  for (let at = 0; at < first.length; at++) both[at] = second[first[at]]
  return both
}

/** One round: the new label of each region, and the number of labels. */
function joinSmall({ sums, graph }: MergedRegions, minArea: number): { mapping: Uint32Array; count: number } {
  const { areas } = sums
  const means = premultipliedMeans(sums)
  const mapping = identity(areas.length)
  for (let region = 0; region < areas.length; region++) {
    if (areas[region] < minArea && graph.offsets[region] < graph.offsets[region + 1]) {
      unite(mapping, region, mostSimilar(region, means, graph))
    }
  }
  for (let region = 0; region < areas.length; region++) mapping[region] = rootOf(mapping, region)
  return { mapping, count: renumber(mapping) }
}

/** Replaces roots by their numbers, in ascending order. A root is its own entry, and no entry is higher than its place. */
export function renumber(roots: Uint32Array): number {
  let count = 0
  for (let at = 0; at < roots.length; at++) roots[at] = roots[at] === at ? count++ : roots[roots[at]]
  return count
}

function mostSimilar(region: number, means: Uint8Array, { offsets, labels, lengths }: RegionGraph): number {
  let best = offsets[region]
  let least = Infinity
  for (let at = offsets[region]; at < offsets[region + 1]; at++) {
    const distance = colorDistance(means, 4 * region, 4 * labels[at])
    if (distance > least || (distance === least && lengths[at] <= lengths[best])) continue
    best = at
    least = distance
  }
  return labels[best]
}

function colorDistance(means: Uint8Array, a: number, b: number): number {
  let sum = 0
  for (let i = 0; i < 4; i++) sum += (means[a + i] - means[b + i]) ** 2
  return sum
}

function premultipliedMeans({ areas, colors }: RegionSums): Uint8Array {
  const means = new Uint8Array(colors.length)
  for (let at = 0; at < colors.length; at++) {
    const area = areas[at >> 2]
    means[at] = roundedMean(colors[at], at % 4 === 3 ? area : 255 * area)
  }
  return means
}
