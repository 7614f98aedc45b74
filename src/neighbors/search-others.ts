import { BufferScope, type Executor } from '../engine/engine.js'
import { MAX_WEIGHT, nearestOther } from '../kernels/neighbors/nearest-other.js'
import { BLOCK, FAN, LEAF, nodeWords, tileOf } from '../kernels/neighbors/point-tree.js'
import { NONE } from '../kernels/shared/none.js'
import type { Progress } from '../types.js'
import { nodeComponents } from './node-components.js'
import type { PointForest, TreeChunk } from './point-forest.js'
import { scanAll } from './scan.js'
import { searchForest } from './search.js'
import { scanPays, type Tried } from './search-cost.js'

/** Multiply-adds that the host does while a device answers. */
const WAIT_WORK = 2 ** 19

export interface OthersSearch {
  forest: PointForest
  /** The points that are searched for, where they are not those of the forest; in all arrays they follow these. */
  queries?: PointForest
  /** Component of each point, and its core measure. */
  components: Uint32Array
  cores: Float32Array
  /** Least weight of an edge out of each component that is known; lowered by what is found. */
  bounds: Float32Array<ArrayBuffer>
  /** Rows of each chunk that are searched for. */
  searched: readonly ArrayLike<number>[]
  stage: string
  signal?: AbortSignal
  onProgress?: (progress: Progress) => void
}

/** The nearest points of other components in the graph of mutual reachability, by chunk, as `nearestOther` finds them. */
export async function searchOthers(executor: Executor, search: OthersSearch): Promise<Uint32Array[]> {
  const { forest, bounds, searched, ...control } = search
  const { columns, manhattan } = forest
  const count = searched.reduce((sum, { length }) => sum + length, 0)
  if (count * forest.rows * columns <= WAIT_WORK) return searchOnHost(search)
  if (scanPays(executor, search, triedOf(search))) return await scanOthers(executor, search)
  const kernel = await executor.compile(nearestOther, {
    flags: { MANHATTAN: manhattan },
    constants: { COLUMNS: columns, TILE: tileOf(columns, 2) },
  })
  const scope = new BufferScope(executor)
  try {
    const shared = {
      states: scope.upload('neighbors.states', statesOf(search)),
      bounds: scope.upload('neighbors.bounds', bounds),
    }
    const trees = forest.chunks.map((chunk) => {
      const { nodes, levels } = treeOf(search, chunk)
      return { nodes: scope.upload('neighbors.cores', nodes), levels: scope.upload('neighbors.components', levels) }
    })
    const found = searched.map((rows) => scope.upload('neighbors.found', queriesFrom(rows)))
    await searchForest(executor, {
      forest,
      nearest: 1,
      queriesOf: ({ number }) => searched[number].length,
      ...control,
      run(parameters, buffers, { number }, points) {
        const bound = { ...buffers, ...trees[points.number], ...shared, found: found[number] }
        executor.run(kernel, parameters, bound)
      },
    })
    bounds.set(new Float32Array(await executor.read(shared.bounds)))
    const lists = await Promise.all(found.map(async (buffer) => new Uint32Array(await executor.read(buffer))))
    return lists.map((list, number) => list.subarray(0, 4 * searched[number].length))
  } finally {
    scope.release()
  }
}

/** The same on the host, for few queries. */
function searchOnHost(search: OthersSearch): Uint32Array[] {
  const { forest, queries = forest, bounds, searched, stage, signal, onProgress } = search
  const { columns, manhattan } = forest
  signal?.throwIfAborted()
  const total = searched.reduce((sum, { length }) => sum + length, 0)
  if (total === 0) return searched.map(() => new Uint32Array(0))
  const shared = { states: statesOf(search), bounds: new Uint32Array(bounds.buffer, bounds.byteOffset, bounds.length) }
  const trees = forest.chunks.map((chunk) => treeOf(search, chunk))
  onProgress?.({ stage, done: total, total })
  return queries.chunks.map(({ number, first, data }) => {
    const count = searched[number].length
    const found = queriesFrom(searched[number]).subarray(0, 4 * count)
    const blocks = Math.ceil(count / BLOCK)
    const firstQuery = first + (queries === forest ? 0 : forest.rows)
    for (const points of forest.chunks) {
      const { rows, top } = points
      const table = { first: 0, places: blocks, blocks, stride: 1, queries: count }
      nearestOther.twin(
        { ...table, rows, columns, top, firstQuery, firstPoint: points.first },
        { ...shared, ...trees[points.number], queries: data, points: points.data, found },
        { MANHATTAN: manhattan },
      )
    }
    return found
  })
}

/** What searches of some queries come to, by the bounds of their components. */
function triedOf({ forest, queries = forest, components, cores, bounds, searched }: OthersSearch): Tried {
  const number = searched.findIndex(({ length }) => length > 0)
  const chunk = queries.chunks[number]
  const firstPlace = chunk.first + (queries === forest ? 0 : forest.rows)
  const [points] = forest.chunks
  const nodes = nodeComponents(points, components).subarray(points.top + 2)
  const queryAt = (share: number) => {
    const row = searched[number][Math.floor(share * searched[number].length)]
    const own = components[firstPlace + row]
    const bound = cores[firstPlace + row] > bounds[own] ? -1 : bounds[own]
    return { row, bound, passesOver: (node: number) => nodes[node] === own }
  }
  return { chunk, queryAt }
}

/** The same by comparing queries with all points. */
async function scanOthers(executor: Executor, search: OthersSearch): Promise<Uint32Array[]> {
  const { forest, queries = forest, components, cores, bounds, searched, stage, signal, onProgress } = search
  const { columns, manhattan } = forest
  const rowsOf = ({ data }: TreeChunk, firstPlace: number, count: number, rowOf: (item: number) => number) => ({
    count,
    width: columns + 2,
    valueOf(item: number, column: number) {
      const row = rowOf(item)
      if (column < columns) return data[row * columns + column]
      return (column === columns ? components : cores)[firstPlace + row]
    },
  })
  const points = forest.chunks.map((chunk) => ({
    first: chunk.first,
    rows: rowsOf(chunk, chunk.first, chunk.rows, (row) => row),
  }))
  const total = searched.reduce((sum, { length }) => sum + length, 0)
  const found: Uint32Array[] = []
  let before = 0
  for (const chunk of queries.chunks) {
    const rows = searched[chunk.number]
    const list = queriesFrom(rows)
    found.push(list.subarray(0, 4 * rows.length))
    if (rows.length === 0) continue
    const firstPlace = chunk.first + (queries === forest ? 0 : forest.rows)
    const { places, measures } = await scanAll(executor, {
      points,
      queries: rowsOf(chunk, firstPlace, rows.length, (item) => rows[item]),
      others: true,
      manhattan,
      kept: 1,
      signal,
      onDone: (done) => onProgress?.({ stage, done: before + done, total }),
    })
    const floats = new Float32Array(list.buffer)
    for (let item = 0; item < rows.length; item++) {
      floats[4 * item + 1] = measures[item]
      list[4 * item + 2] = places[item]
      const component = components[firstPlace + rows[item]]
      bounds[component] = Math.min(bounds[component], measures[item])
    }
    before += rows.length
  }
  return found
}

/** The component of each point, and the bits of its core measure. */
function statesOf({ components, cores }: OthersSearch): Uint32Array<ArrayBuffer> {
  const states = new Uint32Array(2 * components.length)
  const coreBits = new Uint32Array(cores.buffer, cores.byteOffset, cores.length)
  for (let place = 0; place < components.length; place++) {
    states[2 * place] = components[place]
    states[2 * place + 1] = coreBits[place]
  }
  return states
}

/** The tree of a chunk, with the components and least core measures of its nodes. */
function treeOf({ forest, components, cores }: OthersSearch, chunk: TreeChunk) {
  const { first, rows, top, nodes, levels } = chunk
  const words = nodeWords(forest.columns)
  const own = nodes.slice()
  let level = 0
  for (let node = 0; node < levels[top + 1]; node++) {
    while (levels[level + 1] <= node) level++
    const index = node - levels[level]
    const [begin, end] =
      level === 0
        ? [first + index * LEAF, first + Math.min(rows, (index + 1) * LEAF)]
        : [levels[level - 1] + index * FAN, Math.min(levels[level], levels[level - 1] + (index + 1) * FAN)]
    let least = Infinity
    for (let at = begin; at < end; at++) {
      least = Math.min(least, level === 0 ? cores[at] : own[(at + 1) * words - 1])
    }
    own[(node + 1) * words - 1] = least
  }
  return { nodes: own, levels: nodeComponents(chunk, components) }
}

/** The state of queries that have found nothing. */
function queriesFrom(rows: ArrayLike<number>): Uint32Array<ArrayBuffer> {
  const none = new Uint32Array(Float32Array.of(MAX_WEIGHT).buffer)[0]
  const queries = new Uint32Array(Math.max(4, 4 * rows.length))
  for (let item = 0; item < rows.length; item++) queries.set([rows[item], none, NONE, none], 4 * item)
  return queries
}
