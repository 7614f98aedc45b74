import { loadPoints } from '../../data/load-points.js'
import type { Executor } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import type { MeasuredPoints } from '../../neighbors/measured-points.js'
import { neighborEdges } from '../../neighbors/neighbor-edges.js'
import { CONNECTIVITY } from '../../options/hierarchy.js'
import { readOptions } from '../../options/table.js'
import type { Points } from '../../types.js'
import type { Edges } from './cluster-graph.js'
import type { Control } from './greedy-merges.js'

/** Which rows are connected: either `neighbors` or `edges`. */
export interface Connectivity {
  /**
   * Connects each row with so many of its nearest other rows, 1 … 1024, by the metric; in both directions, so that some rows
   * have more.
   */
  neighbors?: number
  /**
   * Connected rows, edges × 2: the numbers of two rows each, in any order, such as neighbouring pixels or districts. Repeated
   * edges count once, those from a row to itself not at all.
   */
  edges?: Points
}

/** Most edges, of which each takes 40 bytes. */
const MOST_EDGES = 2 ** 26

/** Throws an `InputError` for what is no connectivity. */
export function checkConnectivity(connectivity: Connectivity): Connectivity {
  const settings = readOptions('connectivity', connectivity, CONNECTIVITY, 'connectivity.')
  if ((settings.neighbors === undefined) !== (settings.edges === undefined)) return settings
  throw new LloydError('InputError', 'connectivity takes either neighbors or edges')
}

/**
 * The edges between rows that are connected.
 *
 * @throws LloydError `InputError` for edges that name no rows; `OutOfMemoryError` for too many
 */
export async function connectedRows(
  executor: Executor,
  { neighbors, edges }: Connectivity,
  points: MeasuredPoints,
  control: Control,
): Promise<Edges> {
  const { rows } = points
  if (neighbors !== undefined) {
    requireMemory(rows * Math.min(neighbors, rows - 1))
    return uniqueEdges(await neighborEdges(executor, points, neighbors, control), rows)
  }
  const { data, columns } = await loadPoints(executor, edges!, 'connectivity.edges')
  if (columns !== 2) {
    throw new LloydError('InputError', `connectivity.edges has ${columns} columns; an edge is two numbers of rows`)
  }
  requireMemory(data.length / 2)
  for (let at = 0; at < data.length; at++) {
    if (Number.isInteger(data[at]) && data[at] >= 0 && data[at] < rows) continue
    throw new LloydError(
      'InputError',
      `connectivity.edges has ${data[at]} in row ${at >> 1}, column ${at & 1}; rows have the numbers 0 to ${rows - 1}`,
    )
  }
  return uniqueEdges(data, rows)
}

function requireMemory(edges: number): void {
  if (edges <= MOST_EDGES) return
  throw new LloydError(
    'OutOfMemoryError',
    `${edges} edges of connectivity need ${40 * edges} bytes; at most ${MOST_EDGES} fit: take fewer neighbors or rows`,
  )
}

/** Edges of pairs of rows, once each, without those from a row to itself. */
function uniqueEdges(pairs: ArrayLike<number>, rows: number): Edges {
  const keys = new Float64Array(pairs.length / 2)
  let count = 0
  for (let at = 0; at < pairs.length; at += 2) {
    const [a, b] = [pairs[at], pairs[at + 1]]
    if (a !== b) keys[count++] = Math.min(a, b) * rows + Math.max(a, b)
  }
  const sorted = keys.subarray(0, count).sort()
  let unique = 0
  for (let at = 0; at < count; at++) if (at === 0 || sorted[at] !== sorted[at - 1]) sorted[unique++] = sorted[at]
  const from = new Uint32Array(unique)
  const to = new Uint32Array(unique)
  for (let edge = 0; edge < unique; edge++) {
    from[edge] = Math.floor(sorted[edge] / rows)
    to[edge] = sorted[edge] % rows
  }
  return { from, to }
}
