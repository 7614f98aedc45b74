import { BufferScope, type Executor } from '../engine/engine.js'
import { UNIFORM_BYTES } from '../engine/kernel.js'
import { MAX_WEIGHT } from '../kernels/neighbors/nearest-other.js'
import { scanPoints } from '../kernels/neighbors/scan-points.js'
import { NONE } from '../kernels/shared/none.js'
import { groupBytes, type PackedRows, piecesOf } from './pieces.js'

/** Most columns of its queries that a thread keeps: a third of them is a loop that Mesa's driver writes out. */
const KEPT_COLUMNS = 45

/** The entries of lists: `kept` for each query, ascending. */
export interface Entries {
  kept: number
  places: Uint32Array
  measures: Float32Array
}

export interface Scan {
  /** Rows of the points from place `first` on; with `others` they end with the component and the core measure. */
  points: readonly { first: number; rows: PackedRows }[]
  queries: PackedRows
  others: boolean
  manhattan: boolean
  kept: number
  /** Lists of an earlier pass, whose entries come before all of this one. */
  earlier?: Entries
  signal?: AbortSignal
  /** Hears the number of queries, of all, that are as good as done. */
  onDone?: (done: number) => void
}

/** The `kept` nearest points of all queries, by comparing each with every point. */
export async function scanAll(executor: Executor, scan: Scan): Promise<Entries> {
  const { points, queries, others, manhattan, kept, earlier, signal, onDone } = scan
  const { width, count } = queries
  const columns = width - (others ? 2 : 0)
  const { branchingLoads, uniforms } = executor.traits
  const isBindable = uniforms && executor.maxBufferBytes >= UNIFORM_BYTES
  const UNIFORM = branchingLoads && isBindable && groupBytes(width) <= UNIFORM_BYTES
  const own = Math.min(columns, KEPT_COLUMNS)
  const PART = Math.floor(own / 3)
  const kernel = await executor.compile(scanPoints, {
    flags: { MANHATTAN: manhattan, OTHERS: others, UNIFORM },
    constants: { KEPT: kept, PART, LAST: own - 2 * PART },
  })
  const fitting = (room: number, words: number) => Math.max(1, Math.floor(room / (16 * words)))
  const most = fitting(UNIFORM ? UNIFORM_BYTES : executor.maxBufferBytes, width)
  const lists: Entries = { kept, places: new Uint32Array(kept * count), measures: new Float32Array(kept * count) }
  const scope = new BufferScope(executor)
  try {
    const slices = points.flatMap(({ first, rows }) =>
      piecesOf(scope, rows, most, UNIFORM ? UNIFORM_BYTES : undefined).map((piece) => ({
        firstOfSlice: first + 4 * piece.first,
        sliceGroups: piece.groups,
        end: first + rows.count,
        slice: piece.buffer,
      })),
    )
    const pieces = piecesOf(scope, queries, fitting(executor.maxBufferBytes, Math.max(width, 2 * kept)))
    for (const { first: firstGroup, groups: queryGroups, buffer } of pieces) {
      const nearest = scope.upload('neighbors.nearest', emptyLists(queryGroups, kept))
      const floors = scope.upload('neighbors.floors', floorsOf(firstGroup, queryGroups, earlier))
      for (const [at, { slice, ...part }] of slices.entries()) {
        const parameters = { columns, kept, queryGroups, ...part }
        await executor.pace.cut(
          queryGroups,
          16 * part.sliceGroups * columns,
          (first, groups) => {
            executor.run(kernel, { ...parameters, first, count: groups }, { queries: buffer, slice, floors, nearest })
            const done = at * queryGroups + first + groups
            onDone?.(Math.min(count, 4 * firstGroup + Math.floor((4 * done) / slices.length)))
          },
          { signal },
        )
      }
      takeEntries(lists, 4 * firstGroup, await executor.read(nearest))
      for (const used of [nearest, floors]) scope.releaseOne(used)
    }
    return lists
  } finally {
    scope.release()
  }
}

/** Lists of groups that have found nothing. */
function emptyLists(groups: number, kept: number): Uint32Array<ArrayBuffer> {
  const far = new Uint32Array(Float32Array.of(MAX_WEIGHT).buffer)[0]
  const lists = new Uint32Array(8 * kept * groups).fill(NONE)
  for (let at = 0; at < lists.length; at += 8) lists.fill(far, at, at + 4)
  return lists
}

/** The last entries of the earlier lists of some groups; without them what comes before all. */
function floorsOf(firstGroup: number, groups: number, earlier?: Entries): Uint32Array<ArrayBuffer> {
  const floors = new Uint32Array(8 * groups)
  const floats = new Float32Array(floors.buffer)
  for (let row = 0; row < 4 * groups; row++) {
    const at = 8 * (row >> 2) + (row % 4)
    floats[at] = -1
    const last = (4 * firstGroup + row + 1) * (earlier?.kept ?? 0) - 1
    if (!earlier || last >= earlier.places.length) continue
    floats[at] = earlier.measures[last]
    floors[at + 4] = earlier.places[last]
  }
  return floors
}

/** Takes the lists of groups, lane by lane. */
function takeEntries({ kept, places, measures }: Entries, firstRow: number, bytes: ArrayBuffer): void {
  const floats = new Float32Array(bytes)
  const words = new Uint32Array(bytes)
  const rows = Math.min(floats.length / (2 * kept), places.length / kept - firstRow)
  for (let row = 0, to = kept * firstRow; row < rows; row++) {
    for (let entry = 0, at = 8 * kept * (row >> 2) + (row % 4); entry < kept; entry++, at += 8, to++) {
      measures[to] = floats[at]
      places[to] = words[at + 4]
    }
  }
}
