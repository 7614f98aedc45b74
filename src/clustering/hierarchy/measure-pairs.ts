import { BufferScope, type Executor } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import { type EngineBuffer, UNIFORM_BYTES } from '../../engine/kernel.js'
import { pairDistances } from '../../kernels/hierarchy/pair-distances.js'
import type { MeasuredPoints } from '../../neighbors/measured-points.js'
import { groupBytes, piecesOf } from '../../neighbors/pieces.js'
import type { Control } from './greedy-merges.js'
import { CACHED_COLUMNS, CACHED_WORK } from './nearest-clusters.js'

/** Most bytes of a matrix, which 46 340 rows have. */
const MOST_BYTES = 2 ** 33
/** Most bytes that are read while others are measured. */
const BATCH_BYTES = 2 ** 24

/** Groups of rows for which a thread keeps the points of its columns. */
const CACHED_GROUPS = 16

/** Clusters of one point or two. */
export interface SmallClusters {
  /** The first point of each. */
  firsts: Uint32Array
  /** The second, or once more the first; null: none has a second. */
  seconds: Uint32Array | null
}

/**
 * The distances of all pairs of clusters, one row each: the mean of those of their points, or (`complete`) the largest.
 * `rooted`: of the roots of measures, which are Euclidean distances.
 *
 * @throws LloydError `OutOfMemoryError` where memory is short
 */
export async function measurePairs(
  executor: Executor,
  points: MeasuredPoints,
  clusters: SmallClusters,
  { rooted, complete }: { rooted: boolean; complete: boolean },
  { signal, onProgress }: Control,
): Promise<Float32Array[]> {
  const { columns, manhattan } = points
  const { firsts, seconds } = clusters
  const { branchingLoads, uniforms } = executor.traits
  const most = seconds ? 2 : 1
  const UNIFORM = branchingLoads && uniforms && groupBytes(most * columns) <= UNIFORM_BYTES
  const total = firsts.length
  const CACHED = UNIFORM && columns <= CACHED_COLUMNS && total * total * columns >= CACHED_WORK
  const flags = { UNIFORM, UNITED: seconds !== null, MANHATTAN: manhattan, CACHED }
  const constants = CACHED ? { GROUPS: CACHED_GROUPS, COLUMNS: columns } : undefined
  const kernel = await executor.compile(pairDistances, { flags, constants })
  const scope = new BufferScope(executor)
  try {
    const pack = (numbers: Uint32Array, members: number, bytes: number, size?: number) =>
      piecesOf(
        scope,
        { count: numbers.length, width: members * columns, valueOf: valuesOf(points, clusters, numbers) },
        Math.max(1, Math.floor(bytes / groupBytes(members * columns))),
        size,
      )
    const all = firsts.map((_, number) => number)
    const across = pack(all, most, executor.maxBufferBytes)
    const rows = new RowReader(executor, scope, total)
    onProgress?.({ stage: 'measure', done: 0, total })
    for (let members = 1; members <= most; members++) {
      const numbers = seconds ? all.filter((number) => (firsts[number] === seconds[number]) === (members === 1)) : all
      const down = UNIFORM
        ? pack(numbers, members, UNIFORM_BYTES, UNIFORM_BYTES)
        : pack(numbers, members, executor.maxBufferBytes)
      const work = 16 * columns * (seconds ? 2 * members : 1)
      for (const { first: firstOfPiece, groups: rowGroups, buffer: rowPoints } of down) {
        const fixed = { columns, rowGroups, members, rooted: rooted ? 1 : 0, complete: complete ? 1 : 0 }
        await rows.write(numbers.subarray(4 * firstOfPiece, 4 * (firstOfPiece + rowGroups)), async (batch) => {
          for (const { first: firstColumn, groups: columnGroups, buffer: columnPoints } of across) {
            const parameters = { ...fixed, columnGroups, firstColumn, stride: rows.stride }
            const buffers = { columnPoints, rowPoints, distances: batch.distances }
            await executor.pace.cut(
              batch.groups,
              work * columnGroups,
              (firstRow, count) =>
                executor.run(kernel, { ...parameters, first: batch.first + firstRow, firstRow, count }, buffers),
              { align: kernel.constants.GROUPS, signal },
            )
          }
          onProgress?.({ stage: 'measure', done: rows.begun, total })
        })
      }
    }
    return await rows.finish()
  } finally {
    scope.release()
  }
}

/** The coordinates of the first and then of the second points of some clusters. */
function valuesOf({ columns, data }: MeasuredPoints, { firsts, seconds }: SmallClusters, numbers: Uint32Array) {
  return (row: number, column: number) => {
    const number = numbers[row]
    const point = seconds && column >= columns ? seconds[number] : firsts[number]
    return data[point * columns + (column % columns)]
  }
}

/** Groups of four rows of a piece, which kernels write. */
interface Batch {
  first: number
  groups: number
  distances: EngineBuffer
}

/** A matrix in memory, of rows that are read while a device writes the next. */
class RowReader {
  /** Groups of four distances in a row. */
  readonly stride: number
  /** Number of rows that were written. */
  begun = 0
  readonly #rows: Float32Array[]
  /** Groups of four rows in a buffer. */
  readonly #most: number
  readonly #buffers: EngineBuffer[]
  #reading = Promise.resolve()

  constructor(
    private readonly executor: Executor,
    scope: BufferScope,
    count: number,
  ) {
    this.stride = Math.ceil(count / 4)
    this.#rows = new Array(count)
    const bytes = Math.min(executor.maxBufferBytes, BATCH_BYTES)
    this.#most = Math.min(this.stride, Math.max(1, Math.floor(bytes / (64 * this.stride))))
    this.#buffers = [0, 1].map(() => scope.allocate('hierarchy.distances', 64 * this.stride * this.#most))
  }

  /** Has the rows of these clusters written, a batch at a time. */
  async write(numbers: Uint32Array, work: (batch: Batch) => Promise<void>): Promise<void> {
    const groups = Math.ceil(numbers.length / 4)
    for (let first = 0; first < groups; first += this.#most) {
      const own = numbers.subarray(4 * first, 4 * (first + this.#most))
      const distances = this.#buffers.reverse()[0]
      await work({ first, groups: Math.ceil(own.length / 4), distances })
      this.begun += own.length
      const reading = this.#read(own, distances)
      reading.catch(() => {}) // reported to the next wait
      await this.#reading
      this.#reading = reading
    }
  }

  async finish(): Promise<Float32Array[]> {
    await this.#reading
    return this.#rows
  }

  async #read(numbers: Uint32Array, distances: EngineBuffer): Promise<void> {
    const rows = this.#rows
    const values = allocate(4 * this.stride * numbers.length, rows.length)
    await this.executor.readInto(distances, values)
    for (let row = 0; row < numbers.length; row++) {
      const begin = 4 * this.stride * row
      rows[numbers[row]] = values.subarray(begin, begin + rows.length)
    }
  }
}

/** Throws an `OutOfMemoryError` where the distances of all pairs of so many points are too many. */
export function requireRoom(count: number): void {
  if (4 * count * count > MOST_BYTES) throw tooMany(count)
}

function allocate(values: number, count: number): Float32Array {
  try {
    return new Float32Array(values)
  } catch {
    throw tooMany(count)
  }
}

function tooMany(count: number): LloydError {
  return new LloydError(
    'OutOfMemoryError',
    `the distances of all pairs of ${count} points need ${4 * count * count} bytes of memory; ` +
      "use fewer points, or linkage 'ward' or 'single', which need no matrix",
  )
}
