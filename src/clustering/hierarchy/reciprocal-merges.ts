import type { Executor } from '../../engine/engine.js'
import type { MeasuredPoints } from '../../neighbors/measured-points.js'
import { countUp } from '../../neighbors/sort.js'
import type { Centroids } from './centroids.js'
import type { DistanceMatrix } from './distance-matrix.js'
import { type Control, Turns } from './greedy-merges.js'
import { requireRoom, type SmallClusters } from './measure-pairs.js'
import type { MergeRecord } from './merge-record.js'
import { ClusterSearch, type NearestClusters } from './nearest-clusters.js'

/** How many times faster than the host a device measures distances, at least. */
const DEVICE_SPEED = 8
/** Multiply-adds that the host does while a device answers. */
const WAIT_WORK = 2 ** 19
/** Searches of the host for a merge, about. */
const HOST_SEARCHES = 3
/** Merges in the first round, as a share of the clusters, about. */
const FIRST_MERGES = 0.3

/**
 * Merges clusters in rounds: all pairs that are each other's nearest merge at once. Since a linkage like Ward's brings no
 * cluster nearer to others by a merge, these are merges of the greedy algorithm, in another order, and only clusters that
 * merged or whose nearest did are searched for again. Rounds end when those of the host, one by one, take less time.
 */
export async function mergeReciprocally(
  executor: Executor,
  clusters: Centroids,
  record: MergeRecord,
  { signal, onProgress }: Control,
): Promise<void> {
  const { columns } = clusters
  const pays = (count: number, merges: number) =>
    (count * count * columns) / DEVICE_SPEED + WAIT_WORK < HOST_SEARCHES * count * columns * merges
  if (!pays(clusters.count, FIRST_MERGES * clusters.count)) return
  const search = await ClusterSearch.create(executor, clusters, { WARD: true })
  const known = { nearest: new Uint32Array(clusters.count), measures: new Float32Array(clusters.count) }
  let searched = countUp(clusters.count)
  for (;;) {
    const { count } = clusters
    const found = await search.find(clusters, searched, signal)
    for (let at = 0; at < searched.length; at++) {
      known.nearest[searched[at]] = found.nearest[at]
      known.measures[searched[at]] = found.measures[at]
    }
    const merges = pairsOf({ nearest: known.nearest.subarray(0, count), measures: known.measures })
    for (const [a, b] of merges) {
      clusters.ids[a] = record.add(clusters.ids[a], clusters.ids[b], clusters.heightOf(clusters.measureOf(a, b)))
      clusters.unite(a, b)
    }
    const gone = new Uint8Array(count)
    for (const [, b] of merges) gone[b] = 1
    const kept = slotsOf(gone)
    searched = keepKnown(known, merges, kept)
    clusters.keep(kept)
    onProgress?.({ stage: 'merge', done: record.made, total: record.rows - 1 })
    if (!pays(count, merges.length)) return
  }
}

/** Keeps what is known of the slots that are left after merges, and returns those whose nearest is not, by their new places. */
function keepKnown(
  { nearest, measures }: NearestClusters,
  merges: readonly (readonly [a: number, b: number])[],
  kept: Uint32Array,
): Uint32Array<ArrayBuffer> {
  const merged = new Uint8Array(nearest.length)
  for (const [a, b] of merges) {
    merged[a] = 1
    merged[b] = 1
  }
  const places = new Uint32Array(nearest.length)
  for (let place = 0; place < kept.length; place++) places[kept[place]] = place
  const searched = new Uint32Array(kept.length)
  let count = 0
  for (let place = 0; place < kept.length; place++) {
    const slot = kept[place]
    if (merged[slot] || merged[nearest[slot]]) searched[count++] = place
    nearest[place] = places[nearest[slot]]
    measures[place] = measures[slot]
  }
  return searched.slice(0, count)
}

/** Number of points from which on, and of columns up to which, a round before the matrix takes less time than in it. */
const MANY_POINTS = 256
const FEW_COLUMNS = 32

/**
 * The first round of a linkage of pairs, before any distance is kept: equal points merge, or where there are none those that
 * are each other's nearest.
 *
 * @throws LloydError `OutOfMemoryError` where the matrix would not fit
 */
export async function mergePoints(
  executor: Executor,
  points: MeasuredPoints,
  record: MergeRecord,
  { signal }: Control,
): Promise<SmallClusters & { ids: Uint32Array }> {
  const { columns, data, rows, manhattan } = points
  requireRoom(rows)
  const ids = countUp(rows)
  // Without a device, measuring takes longer than merging.
  if (executor.traits.immediate || rows < MANY_POINTS || columns > FEW_COLUMNS)
    return { firsts: ids, seconds: null, ids }
  // The last column are inverse sizes.
  const coordinate = (row: number, column: number) => (column < columns ? data[row * columns + column] : 1)
  const packed = { count: rows, width: columns + 1, valueOf: coordinate }
  const search = await ClusterSearch.create(executor, packed, { MANHATTAN: manhattan })
  const found = await search.find(packed, countUp(rows), signal)
  const merges = pairsOf(found)
  const gone = new Uint8Array(rows)
  const partners = ids.slice()
  for (const [a, b] of merges) {
    ids[a] = record.add(ids[a], ids[b], points.distanceOf(found.measures[b]))
    gone[b] = 1
    // Equal points are at the same distance from others.
    if (found.measures[b] > 0) partners[a] = b
  }
  const firsts = slotsOf(gone)
  const seconds = firsts.map((first) => partners[first])
  const equal = merges.every(([, b]) => found.measures[b] === 0)
  return { firsts, seconds: equal ? null : seconds, ids: firsts.map((first) => ids[first]) }
}

/** Clusters among whose nearest there must be one pair for a round over their matrix to pay. */
const CLUSTERS_PER_PAIR = 16

/** `mergeReciprocally` by a matrix of distances: rounds unite many columns of a row at once, single merges one of every row. */
export async function mergeMatrix(distances: DistanceMatrix, record: MergeRecord, control: Control): Promise<void> {
  const turns = new Turns(record, control)
  const { ids } = distances
  for (let left = 0, pairs = 1; CLUSTERS_PER_PAIR * pairs > left; ) {
    left = distances.left
    const { nearest, measures } = await distances.nearest(turns)
    const merges = pairsOf({ nearest, measures })
    // Equal ones merge first, few or many.
    pairs = merges.some(([, b]) => measures[b] === 0) ? left : merges.length
    for (const [a, b] of merges) ids[a] = record.add(ids[a], ids[b], distances.heightOf(measures[b]))
    await distances.uniteAll(merges, turns)
  }
  distances.compact()
}

/** The slots of clusters that are left. */
function slotsOf(gone: Uint8Array): Uint32Array {
  const slots = new Uint32Array(gone.length)
  let count = 0
  for (let slot = 0; slot < gone.length; slot++) if (gone[slot] === 0) slots[count++] = slot
  return slots.slice(0, count)
}

/** Pairs of a round, the lower first: clusters at distance 0, or where there are none those that are each other's nearest. */
function pairsOf({ nearest, measures }: NearestClusters): [a: number, b: number][] {
  const roots = nearest.slice()
  const equal: [number, number][] = []
  const mutual: [number, number][] = []
  for (let b = 0; b < nearest.length; b++) {
    const a = nearest[b]
    roots[b] = b
    if (a > b) continue
    if (nearest[a] === b && a < b) mutual.push([a, b])
    if (measures[b] !== 0) continue
    roots[b] = roots[a]
    equal.push([roots[a], b])
  }
  return equal.length > 0 ? equal : mutual
}
