import type { RegionNeighbors } from './regions.js'
import { inTurns, type Runs } from './runs.js'

/** The neighbours of `count` regions, labelled 0 … `count` − 1, through pixels above, below and beside. */
export async function regionGraph(runs: Runs, count: number, signal?: AbortSignal): Promise<RegionNeighbors> {
  return combine(await borderLists(runs, new Uint8Array(count).fill(1), signal))
}

/** The borders of the regions r with `wanted[r]`, in any order: a neighbour is in their list once for each of its runs. */
export async function borderLists(runs: Runs, wanted: Uint8Array, signal?: AbortSignal): Promise<RegionNeighbors> {
  const counts = new BorderLists(wanted, null)
  await enterBorders(runs, counts, signal)
  const lists = emptyLists(counts.ends)
  await enterBorders(runs, new BorderLists(wanted, lists), signal)
  return lists
}

/** What borders of regions are entered in: `length` sides of pixels between two regions, which may have more. */
export interface Borders {
  enter(one: number, other: number, length: number): void
}

/** Enters all borders of regions, the labels of runs. */
export async function enterBorders(runs: Runs, into: Borders, signal?: AbortSignal): Promise<void> {
  const work = (first: number, end: number) => {
    for (let y = first; y < end; y++) enterRow(runs, y, into)
  }
  await inTurns(runs, work, signal)
}

/** Lists that borders are entered in or, without any, counts of them. */
class BorderLists implements Borders {
  /** The next place of each list. */
  readonly ends: Uint32Array

  constructor(
    private readonly wanted: Uint8Array,
    private readonly lists: RegionNeighbors | null,
  ) {
    this.ends = lists ? lists.offsets.slice() : new Uint32Array(wanted.length)
  }

  enter(one: number, other: number, length: number): void {
    if (this.wanted[one]) this.#enterIn(one, other, length)
    if (this.wanted[other]) this.#enterIn(other, one, length)
  }

  #enterIn(region: number, neighbor: number, length: number): void {
    const at = this.ends[region]++
    if (this.lists === null) return
    this.lists.labels[at] = neighbor
    this.lists.lengths[at] = length
  }
}

/** Enters the borders of the runs of a row with those before and above them. */
function enterRow({ rows, starts, labels, width }: Runs, y: number, into: Borders): void {
  const end = rows[y + 1]
  let above = y === 0 ? end : rows[y - 1]
  for (let run = rows[y]; run < end; run++) {
    const label = labels[run]
    if (run > rows[y] && labels[run - 1] !== label) into.enter(label, labels[run - 1], 1)
    const last = starts[run + 1] - width
    let from = starts[run] - width
    while (above < rows[y] && from < last) {
      const to = Math.min(last, starts[above + 1])
      if (labels[above] !== label) into.enter(label, labels[above], to - from)
      if (starts[above + 1] <= last) above++
      from = to
    }
  }
}

/** The graph after region r became part of `mapping[r]`, of which there are `count`. */
export function contractGraph(graph: RegionNeighbors, mapping: Uint32Array, count: number): RegionNeighbors {
  const { offsets, labels, lengths } = graph
  const degrees = new Uint32Array(count)
  for (let region = 0; region < mapping.length; region++) {
    const own = mapping[region]
    for (let at = offsets[region]; at < offsets[region + 1]; at++) if (mapping[labels[at]] !== own) degrees[own]++
  }
  const lists = emptyLists(degrees)
  const ends = lists.offsets.slice()
  for (let region = 0; region < mapping.length; region++) {
    const own = mapping[region]
    for (let at = offsets[region]; at < offsets[region + 1]; at++) {
      const other = mapping[labels[at]]
      if (other === own) continue
      lists.labels[ends[own]] = other
      lists.lengths[ends[own]++] = lengths[at]
    }
  }
  return combine(lists)
}

function emptyLists(degrees: Uint32Array): RegionNeighbors {
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
