import { type Borders, emptyLists } from './region-graph.js'
import type { RegionNeighbors } from './regions.js'
import { inTurns } from './runs.js'

/** No neighbour. */
export const NONE = 0xffff_ffff
/** More than the distance of two colours. */
const FAR = 2 ** 31 - 1

/** Regions, of which those of fewer than `least` pixels need a neighbour. */
interface Wanted {
  areas: Uint32Array
  least: number
  /** Mean colours, rgba8 words. */
  means: Uint32Array
}

/**
 * The neighbour of each of these regions with the most similar mean colour, of equal ones that with the longest common
 * border, of those the lowest label; or NONE.
 */
export async function similarNeighbors(wanted: Wanted, borders: Borders, signal?: AbortSignal): Promise<Uint32Array> {
  const count = wanted.areas.length
  const similar = {
    ...wanted,
    labels: new Uint32Array(count).fill(NONE),
    distances: new Int32Array(count).fill(FAR),
    tied: new Uint8Array(count),
  }
  await inTurns(borders.count, 1, (...range) => findSimilar(similar, borders, range), signal)
  await settleTies(similar, borders, signal)
  return similar.labels
}

interface Similar extends Wanted {
  labels: Uint32Array
  /** Squared distances of colours to these neighbours. */
  distances: Int32Array
  /** 1 where several neighbours are as similar. */
  tied: Uint8Array
}

/** First and end of some borders. */
type Range = readonly [from: number, end: number]

function findSimilar(similar: Similar, { ones, others }: Borders, [from, end]: Range): void {
  const { areas, least, means } = similar
  for (let at = from; at < end; at++) {
    const one = ones[at]
    const other = others[at]
    const isSmall = areas[one] < least
    if (!isSmall && areas[other] >= least) continue
    const distance = colorDistance(means[one], means[other])
    if (isSmall) compare(similar, one, other, distance)
    if (areas[other] < least) compare(similar, other, one, distance)
  }
}

function compare({ distances, labels, tied }: Similar, region: number, neighbor: number, distance: number): void {
  if (distance < distances[region]) {
    distances[region] = distance
    labels[region] = neighbor
    tied[region] = 0
  } else if (distance === distances[region] && labels[region] !== neighbor) tied[region] = 1
}

/** Of several neighbours as similar, takes that of the longest border, then the first. */
async function settleTies(similar: Similar, borders: Borders, signal?: AbortSignal): Promise<void> {
  const counts = new Uint32Array(similar.areas.length)
  await inTurns(borders.count, 1, (...range) => listTies(similar, borders, range, counts), signal)
  const lists = emptyLists(counts)
  const ends = lists.offsets.slice()
  await inTurns(borders.count, 1, (...range) => listTies(similar, borders, range, ends, lists), signal)
  const lengths = new Uint32Array(similar.areas.length)
  for (let region = 0; region < counts.length; region++) {
    if (similar.tied[region]) similar.labels[region] = longestBorder(region, lists, lengths)
  }
}

/** Enters the borders of tied regions with their most similar neighbours in lists or, without any, counts them. */
function listTies(similar: Similar, borders: Borders, range: Range, ends: Uint32Array, lists?: RegionNeighbors): void {
  const { means, distances, tied } = similar
  const { ones, others, lengths } = borders
  for (let at = range[0]; at < range[1]; at++) {
    const one = ones[at]
    const other = others[at]
    if (tied[one] + tied[other] === 0) continue
    const distance = colorDistance(means[one], means[other])
    if (tied[one] && distance === distances[one]) enter(one, other, lengths[at], ends, lists)
    if (tied[other] && distance === distances[other]) enter(other, one, lengths[at], ends, lists)
  }
}

function enter(region: number, neighbor: number, length: number, ends: Uint32Array, lists?: RegionNeighbors): void {
  const at = ends[region]++
  if (!lists) return
  lists.labels[at] = neighbor
  lists.lengths[at] = length
}

/** The neighbour of the longest border among those listed for a region; one may be listed several times. */
function longestBorder(region: number, { offsets, labels, lengths }: RegionNeighbors, totals: Uint32Array): number {
  const first = offsets[region]
  const end = offsets[region + 1]
  for (let at = first; at < end; at++) totals[labels[at]] = 0
  for (let at = first; at < end; at++) totals[labels[at]] += lengths[at]
  let best = labels[first]
  for (let at = first + 1; at < end; at++) {
    const label = labels[at]
    if (totals[label] > totals[best] || (totals[label] === totals[best] && label < best)) best = label
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
