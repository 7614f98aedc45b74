import type { BufferScope, Executor } from '../engine/engine.js'
import { nearestPoints } from '../kernels/neighbors/nearest-points.js'
import { tileOf } from '../kernels/neighbors/point-tree.js'
import { NONE } from '../kernels/shared/none.js'
import type { Progress } from '../types.js'
import { firstBounds } from './first-bounds.js'
import type { PointForest, TreeChunk } from './point-forest.js'
import { type Entries, scanAll } from './scan.js'
import { searchForest } from './search.js'
import { scanPays } from './search-cost.js'

/** Neighbours that a thread keeps at once; more are found in several passes. */
const MAX_KEPT = 32

interface Control {
  /** The points that are searched for, where they are not those of the forest. */
  queries?: PointForest
  /** How many are listed at least, where buffers have room for them. */
  listed?: number
  /** Hears the lists of every pass, of which the last are returned. */
  onPass?: (lists: NearestLists[]) => void
  signal?: AbortSignal
  onProgress?: (progress: Progress) => void
}

/** The nearest points of the queries of a chunk; NONE where there are fewer. */
export interface NearestLists extends Entries {
  /** Whether all others are no nearer than those. */
  isFirst: boolean
}

/** The measure of the distance from each query to its k-th nearest, whose lists hold it. */
export function lastMeasures({ chunks, rows }: PointForest, lists: readonly NearestLists[], k: number): Float32Array {
  const last = new Float32Array(rows)
  for (const { first, number, rows } of chunks) {
    const { kept, measures } = lists[number]
    for (let row = 0; row < rows; row++) last[first + row] = measures[row * kept + ((k - 1) % kept)]
  }
  return last
}

/**
 * The measure of the distance from each query to its k-th nearest of a forest, in the queries' order; a point is its own
 * nearest.
 *
 * @param k 1 … rows of the forest
 */
export async function nearestMeasures(
  executor: Executor,
  scope: BufferScope,
  forest: PointForest,
  k: number,
  control: Control,
): Promise<Float32Array> {
  return lastMeasures(control.queries ?? forest, await nearestLists(executor, scope, forest, k, control), k)
}

/** The nearest of each query: the k nearest, or of more than MAX_KEPT those that a last pass found, with the k-th. */
export async function nearestLists(
  executor: Executor,
  scope: BufferScope,
  forest: PointForest,
  k: number,
  control: Control,
): Promise<NearestLists[]> {
  const { chunks } = control.queries ?? forest
  const most = Math.min(...chunks.map(({ rows }) => Math.floor(executor.maxBufferBytes / (8 * rows))))
  const fitting = Math.min(Math.max(k, control.listed ?? 1), forest.rows, MAX_KEPT, Math.max(1, most))
  const passes = Math.ceil(k / fitting)
  const kept = passes > 1 ? Math.ceil(k / passes) : fitting
  const isScanned = scanPays(executor, { forest, nearest: kept, ...control })
  let lists: Entries[] = []
  const listed = () => lists.map((list) => ({ ...list, isFirst: passes === 1 }))
  for (let pass = 0; pass < passes; pass++) {
    const stage = passes > 1 ? `nearest, ${pass + 1} of ${passes}` : 'nearest'
    const part = { ...control, pass, kept, stage, earlier: lists }
    lists = await (isScanned ? scanLists(executor, forest, part) : searchLists(executor, scope, forest, part))
    control.onPass?.(listed())
  }
  return listed()
}

/** One pass of a search for lists. */
interface ListPass extends Control {
  pass: number
  kept: number
  stage: string
  earlier: readonly Entries[]
}

async function scanLists(
  executor: Executor,
  forest: PointForest,
  { kept, stage, earlier, queries = forest, signal, onProgress }: ListPass,
): Promise<Entries[]> {
  const { columns, manhattan } = forest
  const rowsOf = ({ rows, data }: TreeChunk) => ({
    count: rows,
    width: columns,
    valueOf: (row: number, column: number) => data[row * columns + column],
  })
  const lists: Entries[] = []
  for (const chunk of queries.chunks) {
    const scan = {
      points: forest.chunks.map((points) => ({ first: points.first, rows: rowsOf(points) })),
      queries: rowsOf(chunk),
      others: false,
      manhattan,
      kept,
      earlier: earlier[chunk.number],
      signal,
      onDone: (done: number) => onProgress?.({ stage, done: chunk.first + done, total: queries.rows }),
    }
    lists.push(await scanAll(executor, scan))
  }
  return lists
}

async function searchLists(
  executor: Executor,
  scope: BufferScope,
  forest: PointForest,
  { pass, kept, earlier, ...control }: ListPass,
): Promise<Entries[]> {
  const { columns, manhattan } = forest
  const { chunks } = control.queries ?? forest
  const flags = { MANHATTAN: manhattan, AFTER: pass > 0 }
  const constants = { COLUMNS: columns, KEPT: kept, TILE: tileOf(columns + 2 * kept, 2) }
  const kernel = await executor.compile(nearestPoints, { flags, constants })
  const floors = chunks.map(({ number }) => scope.upload('neighbors.floors', floorsOf(earlier[number])))
  const end = (pass + 1) * kept
  const last = (measures: Float32Array) => measures.sort()[end - 1] ?? Infinity
  const bounds = control.queries && (await firstBounds(forest, control.queries, 2 * end, last, control.signal))
  const nearest = chunks.map((chunk) => scope.upload('neighbors.nearest', boundedLists(chunk, kept, bounds)))
  await searchForest(executor, {
    forest,
    ...control,
    nearest: end,
    run(parameters, buffers, { number }) {
      executor.run(kernel, { ...parameters, kept }, { ...buffers, floors: floors[number], nearest: nearest[number] })
    },
  })
  const lists = await Promise.all(nearest.map(async (buffer) => new Uint32Array(await executor.read(buffer))))
  for (const buffer of [...floors, ...nearest]) scope.releaseOne(buffer)
  return lists.map((list) => splitList(list, kept))
}

/** Lists without entries, below bounds where these are known. */
function boundedLists({ first, rows }: TreeChunk, kept: number, bounds?: Float32Array<ArrayBuffer>) {
  const lists = new Uint32Array(2 * kept * rows).fill(NONE)
  if (!bounds) return lists
  const bits = new Uint32Array(bounds.buffer, 4 * first, rows)
  for (let at = 0; at < lists.length; at += 2) lists[at] = bits[Math.floor(at / (2 * kept))]
  return lists
}

/** The last entry of every list, a measure's bits and a place. */
function floorsOf(lists?: Entries): Uint32Array<ArrayBuffer> {
  if (!lists) return new Uint32Array(2)
  const { kept, places, measures } = lists
  const bits = new Uint32Array(measures.buffer)
  const entries = new Uint32Array((2 * places.length) / kept)
  for (let list = 0, at = kept - 1; at < places.length; list++, at += kept) {
    entries[2 * list] = bits[at]
    entries[2 * list + 1] = places[at]
  }
  return entries
}

/** The measures and the places of lists. */
function splitList(list: Uint32Array, kept: number): Entries {
  const places = new Uint32Array(list.length / 2)
  const bits = new Uint32Array(list.length / 2)
  for (let at = 0; at < places.length; at++) {
    bits[at] = list[2 * at]
    places[at] = list[2 * at + 1]
  }
  return { kept, places, measures: new Float32Array(bits.buffer) }
}
