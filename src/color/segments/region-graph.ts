/** The neighbours of regions: those of region r are at `offsets[r]` … `offsets[r + 1]` − 1, in ascending order. */
export interface RegionGraph {
  /** One more than regions. */
  offsets: Uint32Array
  /** Labels of neighbours. */
  labels: Uint32Array
  /** Length of the common border, in sides of pixels. */
  lengths: Uint32Array
}

/** The neighbours of `count` regions, labelled 0 … `count` − 1, through pixels above, below and beside. */
export function regionGraph(labels: Uint32Array, width: number, count: number): RegionGraph {
  const degrees = new Uint32Array(count)
  countBeside(labels, width, degrees)
  countBelow(labels, width, degrees)
  const lists = emptyLists(degrees)
  const ends = lists.offsets.slice()
  listBeside(labels, width, ends, lists.labels)
  listBelow(labels, width, ends, lists.labels)
  lists.lengths.fill(1)
  return combine(lists)
}

/** The graph after region r became part of `mapping[r]`, of which there are `count`. */
export function contractGraph(graph: RegionGraph, mapping: Uint32Array, count: number): RegionGraph {
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

function emptyLists(degrees: Uint32Array): RegionGraph {
  const offsets = new Uint32Array(degrees.length + 1)
  for (let region = 0; region < degrees.length; region++) offsets[region + 1] = offsets[region] + degrees[region]
  const entries = offsets[degrees.length]
  return { offsets, labels: new Uint32Array(entries), lengths: new Uint32Array(entries) }
}

/** Sorts the lists of a symmetric graph, and combines entries of the same neighbour. */
function combine({ offsets, labels, lengths }: RegionGraph): RegionGraph {
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

function countBeside(labels: Uint32Array, width: number, degrees: Uint32Array): void {
  for (let row = 0; row < labels.length; row += width) {
    for (let at = row + 1; at < row + width; at++) {
      if (labels[at] === labels[at - 1]) continue
      degrees[labels[at]]++
      degrees[labels[at - 1]]++
    }
  }
}

function countBelow(labels: Uint32Array, width: number, degrees: Uint32Array): void {
  for (let at = width; at < labels.length; at++) {
    if (labels[at] === labels[at - width]) continue
    degrees[labels[at]]++
    degrees[labels[at - width]]++
  }
}

function listBeside(labels: Uint32Array, width: number, ends: Uint32Array, lists: Uint32Array): void {
  for (let row = 0; row < labels.length; row += width) {
    for (let at = row + 1; at < row + width; at++) {
      const [left, right] = [labels[at - 1], labels[at]]
      if (left === right) continue
      lists[ends[left]++] = right
      lists[ends[right]++] = left
    }
  }
}

function listBelow(labels: Uint32Array, width: number, ends: Uint32Array, lists: Uint32Array): void {
  for (let at = width; at < labels.length; at++) {
    const [above, below] = [labels[at - width], labels[at]]
    if (above === below) continue
    lists[ends[above]++] = below
    lists[ends[below]++] = above
  }
}
