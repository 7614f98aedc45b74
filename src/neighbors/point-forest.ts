import type { BufferScope, Executor } from '../engine/engine.js'
import { LloydError } from '../engine/error.js'
import type { EngineBuffer } from '../engine/kernel.js'
import { FAN, LEAF, nodeWords, rowsBelow } from '../kernels/neighbors/point-tree.js'
import { kdSort } from './kd-order.js'
import type { MeasuredPoints } from './measured-points.js'

/** Most bytes that a search keeps for a query of a chunk, and for a point among all. */
const QUERY_BYTES = 16
const POINT_BYTES = 8

/** Rows that lie together in buffers, with a tree of their own. */
export interface TreeChunk {
  readonly number: number
  /** Number of its first row, in the forest's order. */
  readonly first: number
  readonly rows: number
  /** Level of the root. */
  readonly top: number
  readonly nodes: Float32Array<ArrayBuffer>
  readonly levels: Uint32Array<ArrayBuffer>
  readonly data: Float32Array<ArrayBuffer>
  readonly buffers: { points: EngineBuffer; nodes: EngineBuffer; levels: EngineBuffer; weights: EngineBuffer }
}

/** Points in k-d order, with the boxes of their nodes, on the device and in memory. */
export interface PointForest extends Omit<MeasuredPoints, 'data'> {
  /** Row of the caller's points that stands at each place. */
  readonly order: Uint32Array<ArrayBuffer>
  readonly chunks: readonly TreeChunk[]
}

/**
 * Sorts points, and brings them to the engine in as few chunks as its buffers allow; `others` is the number of those that
 * are counted before them in buffers of all points.
 */
export function createPointForest(
  executor: Executor,
  scope: BufferScope,
  { data, ...points }: MeasuredPoints,
  weights: Float32Array | null,
  others = 0,
): PointForest {
  const { rows, columns } = points
  const most = Math.floor(executor.maxBufferBytes / Math.max(4 * columns, QUERY_BYTES))
  if (most < LEAF || POINT_BYTES * (rows + others) > executor.maxBufferBytes) {
    throw new LloydError(
      'InputError',
      `${rows + others} points of ${columns} columns are too many for buffers of ${executor.maxBufferBytes} bytes on this device`,
    )
  }
  let chunkRows = LEAF
  while (chunkRows * FAN <= most) chunkRows *= FAN
  chunkRows *= Math.floor(most / chunkRows)
  const sorted = data.slice()
  const order = kdSort(sorted, columns, LEAF, FAN)
  const chunks: TreeChunk[] = []
  for (let first = 0; first < rows; first += chunkRows) {
    const places = order.subarray(first, Math.min(rows, first + chunkRows))
    const own = sorted.subarray(first * columns, (first + places.length) * columns)
    const ownWeights = weights && new Float32Array(places.length)
    if (weights && ownWeights) for (let row = 0; row < places.length; row++) ownWeights[row] = weights[places[row]]
    const tree = buildTree(own, points, ownWeights)
    chunks.push({
      number: chunks.length,
      first,
      rows: places.length,
      data: own,
      ...tree,
      buffers: {
        points: scope.upload('neighbors.points', own),
        nodes: scope.upload('neighbors.nodes', tree.nodes),
        levels: scope.upload('neighbors.levels', tree.levels),
        weights: scope.upload('neighbors.weights', ownWeights ?? new Float32Array(1)),
      },
    })
  }
  return { ...points, order, chunks }
}

/** The boxes of all nodes over sorted points, level by level from the leaves on. */
export function buildTree(
  points: Float32Array,
  { columns, manhattan }: Pick<MeasuredPoints, 'columns' | 'manhattan'>,
  weights: Float32Array | null,
) {
  const rows = points.length / columns
  const firsts = [0]
  let top = 0
  for (let count = Math.ceil(rows / LEAF); ; count = Math.ceil(count / FAN), top++) {
    firsts.push(firsts[top] + count)
    if (count === 1) break
  }
  const words = nodeWords(columns)
  const nodes = new Float32Array(firsts[top + 1] * words)
  for (let level = 0; level <= top; level++) {
    for (let node = firsts[level]; node < firsts[level + 1]; node++) {
      const at = node * words
      nodes.fill(Infinity, at, at + columns)
      nodes.fill(-Infinity, at + columns, at + 2 * columns)
      const index = node - firsts[level]
      if (level === 0) {
        const first = index * LEAF
        for (let row = first; row < Math.min(rows, first + rowsBelow(0)); row++) {
          include(nodes, at, points, row * columns, points, row * columns, columns)
          if (weights) nodes[at + words - 1] += weights[row]
        }
      } else {
        const first = firsts[level - 1] + index * FAN
        for (let child = first; child < Math.min(firsts[level], first + FAN); child++) {
          include(nodes, at, nodes, child * words, nodes, child * words + columns, columns)
          nodes[at + words - 1] += nodes[child * words + words - 1]
        }
      }
      let diagonal = 0
      for (let column = at; column < at + columns; column++) {
        const side = nodes[column + columns] - nodes[column]
        diagonal += manhattan ? side : side * side
      }
      nodes[at + words - 2] = diagonal
    }
  }
  return { top, nodes, levels: Uint32Array.from(firsts) }
}

/** Extends a box by another, or by a point, whose least and greatest are the same. */
function include(
  nodes: Float32Array,
  at: number,
  least: Float32Array,
  leastAt: number,
  greatest: Float32Array,
  greatestAt: number,
  columns: number,
): void {
  for (let column = 0; column < columns; column++) {
    const low = least[leastAt + column]
    const high = greatest[greatestAt + column]
    if (low < nodes[at + column]) nodes[at + column] = low
    if (high > nodes[at + columns + column]) nodes[at + columns + column] = high
  }
}
