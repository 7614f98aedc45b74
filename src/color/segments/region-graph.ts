import { addBorders, type Borders, roomForBorders } from './borders.js'
import type { RegionNeighbors } from './regions.js'
import { inTurns, type Runs } from './runs.js'

/** No entry. */
const NONE = 0xffff_ffff

/**
 * Lists of neighbours, of which a region's begins with the entry `heads[region]`, or is empty if that is NONE. A neighbour
 * may be in it several times.
 */
export interface NeighborLists {
  /** The number of entries. */
  count: number
  heads: Uint32Array
  /** The next entry of the list, or NONE. */
  nexts: Uint32Array
  /** The neighbour. */
  others: Uint32Array
  /** Length of the common border, in sides of pixels. */
  lengths: Uint32Array
}

/** The neighbours of regions, the labels of runs. */
export async function listNeighbors(runs: Runs, regions: number, signal?: AbortSignal): Promise<NeighborLists> {
  const lists = emptyLists(regions, 3 * runs.labels.length)
  const borders = roomForBorders(runs.width)
  const marks = new Uint32Array(regions).fill(1)
  const list = (first: number, end: number) => {
    for (let y = first; y < end; y++) {
      borders.count = 0
      addBorders(borders, runs, marks, y)
      enterAll(lists, borders)
    }
  }
  await inTurns(runs.height, runs.width, list, signal)
  return lists
}

/** Room for borders, each in two lists. Memory that is not written to is not used. */
function emptyLists(regions: number, borders: number): NeighborLists {
  return {
    count: 0,
    heads: new Uint32Array(regions).fill(NONE),
    nexts: new Uint32Array(2 * borders),
    others: new Uint32Array(2 * borders),
    lengths: new Uint32Array(2 * borders),
  }
}

function enterAll(lists: NeighborLists, { count, ones, others, lengths }: Borders): void {
  for (let at = 0; at < count; at++) {
    enter(lists, ones[at], others[at], lengths[at])
    enter(lists, others[at], ones[at], lengths[at])
  }
}

function enter(lists: NeighborLists, region: number, other: number, length: number): void {
  const { heads, nexts, others, lengths } = lists
  const head = heads[region]
  if (head !== NONE && others[head] === other) {
    lengths[head] += length
    return
  }
  const at = lists.count++
  heads[region] = at
  nexts[at] = head
  others[at] = other
  lengths[at] = length
}

/** The neighbours in ascending order, each once, of lists of all regions. */
export function neighborsOf({ count, heads, nexts, others, lengths }: NeighborLists): RegionNeighbors {
  const regions = heads.length
  const ends = new Uint32Array(regions + 1)
  for (let at = 0; at < count; at++) ends[others[at] + 1]++
  for (let region = 0; region < regions; region++) ends[region + 1] += ends[region]
  // Each region enters itself in the lists of its neighbours: region by region, so that they become sorted.
  const labels = new Uint32Array(count)
  const totals = new Uint32Array(count)
  for (let region = 0; region < regions; region++) {
    for (let at = heads[region]; at !== NONE; at = nexts[at]) {
      const place = ends[others[at]]++
      labels[place] = region
      totals[place] = lengths[at]
    }
  }
  return combine(ends, labels, totals)
}

/** The borders of neighbours, each once. */
export function bordersOf({ offsets, labels, lengths }: RegionNeighbors): Borders {
  const borders = { count: 0, ones: labels.slice(), others: labels.slice(), lengths: lengths.slice() }
  for (let region = 0; region + 1 < offsets.length; region++) {
    for (let at = offsets[region]; at < offsets[region + 1]; at++) {
      if (labels[at] > region) continue
      borders.ones[borders.count] = region
      borders.others[borders.count] = labels[at]
      borders.lengths[borders.count++] = lengths[at]
    }
  }
  return borders
}

/** The neighbours after region r became part of `mapping[r]`, of which there are `count`. */
export function contractNeighbors(neighbors: RegionNeighbors, mapping: Uint32Array, count: number): RegionNeighbors {
  const borders = bordersOf(neighbors)
  const lists = emptyLists(count, borders.count)
  for (let at = 0; at < borders.count; at++) {
    const one = mapping[borders.ones[at]]
    const other = mapping[borders.others[at]]
    if (one === other) continue
    enter(lists, one, other, borders.lengths[at])
    enter(lists, other, one, borders.lengths[at])
  }
  return neighborsOf(lists)
}

/** Combines entries of the same neighbour in sorted lists, which are given by their ends. */
function combine(ends: Uint32Array, labels: Uint32Array, lengths: Uint32Array): RegionNeighbors {
  const offsets = new Uint32Array(ends.length)
  let size = 0
  let at = 0
  for (let region = 0; region + 1 < ends.length; region++) {
    offsets[region] = size
    for (; at < ends[region]; at++) {
      if (size > offsets[region] && labels[size - 1] === labels[at]) lengths[size - 1] += lengths[at]
      else {
        labels[size] = labels[at]
        lengths[size++] = lengths[at]
      }
    }
  }
  offsets[ends.length - 1] = size
  return { offsets, labels: labels.slice(0, size), lengths: lengths.slice(0, size) }
}
