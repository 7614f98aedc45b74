import type { RegionNeighbors } from './regions.js'
import { inTurns, type Runs } from './runs.js'

/** No entry, and no region. */
export const NONE = 0xffff_ffff

/**
 * Lists of neighbours, of which a region's begins with the entry `heads[region]` and ends with `lasts[region]`; both are
 * NONE where it is empty. A neighbour may be in it several times.
 */
export interface NeighborLists {
  /** The number of entries. */
  count: number
  heads: Uint32Array
  lasts: Uint32Array
  /** The next entry of the list, or NONE. */
  nexts: Uint32Array
  /** The neighbour. */
  others: Uint32Array
  /** Length of the common border, in sides of pixels. */
  lengths: Uint32Array
}

/** The neighbours of the regions of fewer than `least` pixels, the labels of runs. */
export async function listNeighbors(
  runs: Runs,
  areas: Uint32Array,
  least: number,
  signal?: AbortSignal,
): Promise<NeighborLists> {
  // Each run has a border with the one before, two rows of m and n runs have at most m + n − 1, and each is in two lists.
  // Memory that is not written to is not used.
  const most = 6 * runs.labels.length
  const lists = {
    count: 0,
    heads: new Uint32Array(areas.length).fill(NONE),
    lasts: new Uint32Array(areas.length).fill(NONE),
    nexts: new Uint32Array(most),
    others: new Uint32Array(most),
    lengths: new Uint32Array(most),
  }
  const list = (first: number, end: number) => {
    for (let y = first; y < end; y++) listRow(runs, y, { lists, areas, least })
  }
  await inTurns(runs.height, runs.width, list, signal)
  return lists
}

interface Listing {
  lists: NeighborLists
  areas: Uint32Array
  least: number
}

/** Enters the borders of the runs of a row with those before and above them. */
function listRow({ rows, starts, labels, width }: Runs, y: number, { lists, areas, least }: Listing): void {
  const end = rows[y + 1]
  let above = y === 0 ? end : rows[y - 1]
  for (let run = rows[y]; run < end; run++) {
    const label = labels[run]
    const isListed = areas[label] < least
    if (run > rows[y]) {
      const other = labels[run - 1]
      if (other !== label) {
        if (isListed) enter(lists, label, other, 1)
        if (areas[other] < least) enter(lists, other, label, 1)
      }
    }
    const last = starts[run + 1] - width
    let from = starts[run] - width
    while (above < rows[y] && from < last) {
      const other = labels[above]
      const to = Math.min(last, starts[above + 1])
      if (other !== label) {
        if (isListed) enter(lists, label, other, to - from)
        if (areas[other] < least) enter(lists, other, label, to - from)
      }
      if (starts[above + 1] <= last) above++
      from = to
    }
  }
}

function enter(lists: NeighborLists, region: number, other: number, length: number): void {
  const { heads, nexts, others, lengths } = lists
  const head = heads[region]
  if (head === NONE) lists.lasts[region] = lists.count
  else if (others[head] === other) {
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
