import type { RegionNeighbors } from './regions.js'
import { inTurns, type Runs } from './runs.js'

/** Borders of regions: entry i is of `lengths[i]` sides of pixels between `ones[i]` and `others[i]`, which may have more. */
export interface Borders {
  count: number
  ones: Uint32Array
  others: Uint32Array
  lengths: Uint32Array
}

/** The borders between runs of different labels. */
export async function findBorders(runs: Runs, signal?: AbortSignal): Promise<Borders> {
  // One with the run before; two rows of m and n runs have at most m + n − 1. Memory that is not written to is not used.
  const most = 3 * runs.labels.length
  const borders = {
    count: 0,
    ones: new Uint32Array(most),
    others: new Uint32Array(most),
    lengths: new Uint32Array(most),
  }
  const find = (first: number, end: number) => {
    for (let y = first; y < end; y++) findInRow(runs, y, borders)
  }
  await inTurns(runs.height, runs.width, find, signal)
  return borders
}

/** Adds the borders of the runs of a row with those before and above them. */
function findInRow({ rows, starts, labels, width }: Runs, y: number, borders: Borders): void {
  const { ones, others, lengths } = borders
  const end = rows[y + 1]
  let size = borders.count
  let above = y === 0 ? end : rows[y - 1]
  for (let run = rows[y]; run < end; run++) {
    const label = labels[run]
    if (run > rows[y] && labels[run - 1] !== label) {
      ones[size] = label
      others[size] = labels[run - 1]
      lengths[size++] = 1
    }
    const last = starts[run + 1] - width
    let from = starts[run] - width
    while (above < rows[y] && from < last) {
      const to = Math.min(last, starts[above + 1])
      if (labels[above] !== label) {
        ones[size] = label
        others[size] = labels[above]
        lengths[size++] = to - from
      }
      if (starts[above + 1] <= last) above++
      from = to
    }
  }
  borders.count = size
}

/** Replaces the borders by those after region r became part of `mapping[r]`. */
export async function joinBorders(borders: Borders, mapping: Uint32Array, signal?: AbortSignal): Promise<void> {
  const { count } = borders
  borders.count = 0
  await inTurns(count, 1, (first, end) => joinSome(borders, mapping, first, end), signal)
}

function joinSome(borders: Borders, mapping: Uint32Array, first: number, end: number): void {
  const { ones, others, lengths } = borders
  let size = borders.count
  for (let at = first; at < end; at++) {
    const one = mapping[ones[at]]
    const other = mapping[others[at]]
    if (one === other) continue
    ones[size] = one
    others[size] = other
    lengths[size++] = lengths[at]
  }
  borders.count = size
}

/** The neighbours of `regionCount` regions. */
export function neighborsOf({ count, ones, others, lengths }: Borders, regionCount: number): RegionNeighbors {
  const degrees = new Uint32Array(regionCount)
  for (let at = 0; at < count; at++) {
    degrees[ones[at]]++
    degrees[others[at]]++
  }
  const lists = emptyLists(degrees)
  const ends = lists.offsets.slice()
  for (let at = 0; at < count; at++) {
    const one = ones[at]
    const other = others[at]
    lists.labels[ends[one]] = other
    lists.lengths[ends[one]++] = lengths[at]
    lists.labels[ends[other]] = one
    lists.lengths[ends[other]++] = lengths[at]
  }
  return combine(lists)
}

/** Lists of the given lengths, for neighbours of regions. */
export function emptyLists(degrees: Uint32Array): RegionNeighbors {
  const offsets = new Uint32Array(degrees.length + 1)
  for (let region = 0; region < degrees.length; region++) offsets[region + 1] = offsets[region] + degrees[region]
  const entries = offsets[degrees.length]
  return { offsets, labels: new Uint32Array(entries), lengths: new Uint32Array(entries) }
}

/** Sorts the lists of a symmetric graph, and combines entries of the same neighbour. */
function combine({ offsets, labels, lengths }: RegionNeighbors): RegionNeighbors {
  const count = offsets.length - 1
  // Each region enters itself in the lists of its neighbours: region by region, so that they become sorted.
  const ends = offsets.slice()
  const sorted = new Uint32Array(labels.length)
  const sums = new Uint32Array(labels.length)
  for (let region = 0; region < count; region++) {
    for (let at = offsets[region]; at < offsets[region + 1]; at++) {
      const place = ends[labels[at]]++
      sorted[place] = region
      sums[place] = lengths[at]
    }
  }
  const starts = new Uint32Array(count + 1)
  let size = 0
  for (let region = 0; region < count; region++) {
    starts[region] = size
    for (let at = offsets[region]; at < offsets[region + 1]; at++) {
      if (size > starts[region] && sorted[size - 1] === sorted[at]) sums[size - 1] += sums[at]
      else {
        sorted[size] = sorted[at]
        sums[size++] = sums[at]
      }
    }
  }
  starts[count] = size
  return { offsets: starts, labels: sorted.slice(0, size), lengths: sums.slice(0, size) }
}
