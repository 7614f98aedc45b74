import { BufferScope, type Compiled, type Executor } from '../../engine/engine.js'
import { type EngineBuffer, UNIFORM_BYTES } from '../../engine/kernel.js'
import { meanDistances } from '../../kernels/evaluation/mean-distances.js'
import type { Progress } from '../../types.js'

/** Vectors of a column that a thread loads at a time, of its own points and of others. */
const LOADS = 4
/** Most groups of a slice, whose distances are summed one after the other in float32. */
const SLICE_GROUPS = 256
/** Columns up to which a thread keeps its points, and multiply-adds from which on it pays to compile for their number. */
const CACHED_COLUMNS = 24
const CACHED_WORK = 2 ** 27

/** Points, row-major, and others in the order of their clusters. */
export interface Comparison {
  columns: number
  points: Float32Array
  /** The cluster of each point. */
  owners: Uint32Array
  others: Float32Array
  /** The cluster of each other, ascending. */
  clusters: Uint32Array
  /** Factor of the sum of the distances to a cluster: its inverse size, if means are compared. */
  factors: Float32Array
  /** Whether distances are sums of absolute differences, or of squares without the root. */
  manhattan?: boolean
  squared?: boolean
  /** The greatest distance to the own cluster and the least to another are found in place of sums; factors are 1. */
  extremes?: boolean
}

export interface Control {
  signal?: AbortSignal
  onProgress?: (progress: Progress) => void
}

/** For each point the sum of the distances to its own cluster, and the least of the sums to another times their factors. */
export interface Compared {
  own: Float32Array
  other: Float32Array
}

type Kernel = Compiled<typeof meanDistances.parameters, typeof meanDistances.bindings>

/** A slice of the others, in groups of four, and the cluster it begins in. */
interface Slice {
  number: number
  groups: number
  firstCluster: number
  buffer: EngineBuffer
}

/** Compares all points with all others. Stage: measure, which tells points. */
export async function compareClusters(
  executor: Executor,
  comparison: Comparison,
  { signal, onProgress }: Control,
): Promise<Compared> {
  const { columns, points, owners } = comparison
  const rows = owners.length
  const kernel = await compile(executor, comparison)
  const width = widthOf(kernel, columns)
  const found = { own: new Float32Array(rows), other: new Float32Array(rows) }
  const scope = new BufferScope(executor)
  try {
    onProgress?.({ stage: 'measure', done: 0, total: rows })
    const slices = slicesOf(executor, scope, kernel, comparison)
    const most = 4 * Math.floor(executor.maxBufferBytes / Math.max(64, groupBytes(width)))
    for (let firstRow = 0; firstRow < rows; firstRow += most) {
      const end = Math.min(rows, firstRow + most)
      const chunkGroups = Math.ceil((end - firstRow) / 4)
      const groupOwners = new Uint32Array(4 * chunkGroups)
      groupOwners.set(owners.subarray(firstRow, end))
      const buffers = {
        chunk: scope.upload(
          'evaluation.points',
          packGroups(points.subarray(firstRow * columns, end * columns), columns, chunkGroups, width),
        ),
        owners: scope.upload('evaluation.owners', groupOwners),
        state: scope.allocate('evaluation.state', 64 * chunkGroups),
      }
      for (const { number, groups, firstCluster, buffer } of slices) {
        const parameters = { columns: width, chunkGroups, slice: number, sliceGroups: groups, firstCluster }
        await executor.pace.cut(
          chunkGroups,
          16 * groups * (width + 4),
          (first, count) => executor.run(kernel, { ...parameters, first, count }, { ...buffers, slice: buffer }),
          { signal },
        )
        const done = Math.floor(firstRow + ((end - firstRow) * (number + 1)) / slices.length)
        onProgress?.({ stage: 'measure', done, total: rows })
        signal?.throwIfAborted()
      }
      const state = new Float32Array(await executor.read(buffers.state))
      for (let row = firstRow; row < end; row++) {
        const at = 16 * ((row - firstRow) >> 2) + ((row - firstRow) % 4)
        found.own[row] = state[at + 8]
        found.other[row] = state[at + 12]
      }
      for (const buffer of Object.values(buffers)) scope.releaseOne(buffer)
    }
    return found
  } finally {
    scope.release()
  }
}

async function compile(executor: Executor, { columns, owners, clusters, ...metric }: Comparison): Promise<Kernel> {
  const { branchingLoads, uniforms } = executor.traits
  const OWN = branchingLoads ? 2 : 1
  const GROUPS = LOADS / OWN
  const UNIFORM = branchingLoads && uniforms && GROUPS * groupBytes(columns + 1) <= UNIFORM_BYTES
  const CACHED = columns <= CACHED_COLUMNS && owners.length * clusters.length * columns >= CACHED_WORK
  const { manhattan: MANHATTAN = false, squared: SQUARED = false, extremes: EXTREMES = false } = metric
  const PART = Math.ceil(columns / 3)
  const tile: Record<string, number> = CACHED ? { GROUPS: 1, PART, LAST: Math.max(0, columns - 2 * PART) } : { GROUPS }
  const flags = { MANHATTAN, SQUARED, EXTREMES, UNIFORM, CACHED }
  return await executor.compile(meanDistances, { flags, constants: { OWN, ...tile } })
}

/** Number of columns that the kernel takes. */
const widthOf = ({ flags, constants }: Kernel, columns: number) =>
  flags.CACHED ? 2 * constants.PART + constants.LAST : columns

/** Bytes of a group of four rows. */
const groupBytes = (columns: number) => 16 * columns

function slicesOf(executor: Executor, scope: BufferScope, kernel: Kernel, comparison: Comparison): Slice[] {
  const { columns, others, clusters, factors } = comparison
  const width = widthOf(kernel, columns)
  const bytes = kernel.flags.UNIFORM ? UNIFORM_BYTES : executor.maxBufferBytes
  const fitting = Math.min(SLICE_GROUPS, Math.floor(bytes / groupBytes(width + 1)))
  const align = kernel.constants.GROUPS
  const most = 4 * align * Math.max(1, Math.floor(fitting / align))
  const slices: Slice[] = []
  for (let first = 0; first < clusters.length; first += most) {
    const end = Math.min(clusters.length, first + most)
    const groups = align * Math.ceil((end - first) / (4 * align))
    const values = packGroups(others.subarray(first * columns, end * columns), columns, groups, width + 1)
    for (let row = first, at = 4 * groups * width; row < end; row++, at++) {
      if (clusters[row] !== clusters[row + 1]) values[at] = factors[clusters[row]]
    }
    const buffer = scope.upload('evaluation.slice', values, kernel.flags.UNIFORM ? UNIFORM_BYTES : undefined)
    slices.push({ number: slices.length, groups, firstCluster: clusters[first], buffer })
  }
  return slices
}

/** Rows in `groups` groups of four, column after column, of which there are `width`; filled with zeros. */
function packGroups(data: Float32Array, columns: number, groups: number, width: number): Float32Array<ArrayBuffer> {
  const rows = data.length / columns
  const packed = new Float32Array(4 * groups * width)
  for (let row = 0, from = 0; row < rows; row++) {
    for (let column = 0, to = row; column < columns; column++, to += 4 * groups) packed[to] = data[from++]
  }
  return packed
}
