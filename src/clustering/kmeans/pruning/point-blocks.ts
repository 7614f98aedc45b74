import type { Chunk } from '../../../data/chunks.js'
import type { PointSet } from '../../../data/points.js'
import { BufferScope, type Executor } from '../../../engine/engine.js'
import type { EngineBuffer } from '../../../engine/kernel.js'
import { BLOCK, LIST } from '../../../kernels/kmeans/pruning/list-centroids.js'
import { gatherRows } from '../../../kernels/points/gather-rows.js'

/** Maximum depth of a tree, and number of sampled rows that the split of a node is chosen by. */
const MAX_DEPTH = 15
const JUDGED = 64
/** The share of the points, and of a block's points, by which blocks are estimated is one of so many; and number of these blocks. */
const SPARSE = 16
const TRIED = 64

/** The points of a chunk in an order in which neighbours are near each other, in blocks of BLOCK. */
export interface PointBlocks {
  /** The row of each place. */
  order: EngineBuffer
  /** Working coordinates, column after column within a block; places past the last one repeat it. */
  gathered: EngineBuffer
  /** Column after column the mean of every block, then its greatest distance from it, then the length of the mean. */
  balls: EngineBuffer
}

/**
 * The points of a set in blocks, by the first rows of chunks. They are ordered once, by the leaves of a k-d tree (J. Bentley,
 * CACM 18(9), 1975), and depend on the points alone.
 */
export async function createPointBlocks(
  executor: Executor,
  set: PointSet,
  scope: BufferScope,
): Promise<Map<number, PointBlocks>> {
  const { columns } = set
  const all = new Map<number, PointBlocks>()
  for (const chunk of set.pass() as Iterable<Chunk>) {
    const working = await readWorking(executor, set, chunk)
    const order = orderOf(working, columns)
    const copied = blocksOf(working, columns, order)
    const upload = (name: keyof PointBlocks, data: ArrayBufferView<ArrayBuffer>) => scope.upload(`kmeans.${name}`, data)
    all.set(chunk.firstRow, {
      order: upload('order', order),
      gathered: upload('gathered', copied),
      balls: upload('balls', ballsOf(copied, columns)),
    })
  }
  return all
}

/** Working coordinates of the rows of a chunk whose numbers are multiples of `step`. */
async function readWorking(
  executor: Executor,
  { columns, scale, shiftBuffer: shift }: PointSet,
  { rows, points }: Chunk,
  step = 1,
): Promise<Float32Array> {
  const gather = await executor.compile(gatherRows)
  const count = Math.ceil(rows / step)
  const work = new BufferScope(executor)
  try {
    const rowNumbers = work.upload(
      'kmeans.rows',
      new Uint32Array(count).map((_, at) => at * step),
    )
    const gathered = work.allocate('kmeans.working', 4 * count * columns)
    executor.run(gather, { count, columns, firstTarget: 0, scale }, { points, shift, rowNumbers, gathered })
    return new Float32Array(await executor.read(gathered))
  } finally {
    work.release()
  }
}

/**
 * The share of `centroids` (working coordinates) that can be the nearest of a point of a block, at least, by some blocks of a
 * sixteenth of the points of the first chunk, with a sixteenth of the points each.
 */
export async function estimateShare(executor: Executor, set: PointSet, centroids: Float32Array): Promise<number> {
  const { columns } = set
  const [chunk] = set.pass() as Chunk[]
  const working = await readWorking(executor, set, chunk, SPARSE)
  const size = BLOCK / SPARSE
  const order = orderOf(working, columns, size)
  const blocks = Math.floor(order.length / size)
  const stride = Math.ceil(blocks / TRIED)
  const k = centroids.length / columns
  let listed = 0
  let tried = 0
  for (let block = 0; block < blocks; block += stride, tried++) {
    const rows = order.subarray(block * size, (block + 1) * size)
    const mean = new Float32Array(columns)
    for (const row of rows) for (let j = 0; j < columns; j++) mean[j] += working[row * columns + j] / size
    let radius = 0
    for (const row of rows) radius = Math.max(radius, distance(mean, working, row * columns))
    const distances = new Float64Array(k).map((_, c) => distance(mean, centroids, c * columns))
    const limit = distances.reduce((least, each) => Math.min(least, each), Infinity) + 2 * radius
    const count = distances.reduce((sum, each) => sum + (each <= limit ? 1 : 0), 0)
    listed += count > LIST ? k : count
  }
  return tried > 0 ? listed / tried / k : 0
}

function distance(mean: Float32Array, points: Float32Array, start: number): number {
  let sum = 0
  for (let column = 0; column < mean.length; column++) sum += (points[start + column] - mean[column]) ** 2
  return Math.sqrt(sum)
}

/** The rows of points by the leaves of their tree, with about a quarter of a block of `size` points to a leaf. */
export function orderOf(points: Float32Array, columns: number, size = BLOCK): Uint32Array<ArrayBuffer> {
  const rows = points.length / columns
  const leaves = 2 ** Math.max(0, Math.min(MAX_DEPTH, Math.ceil(Math.log2((4 * rows) / size))))
  const inner = leaves - 1
  const splits = splitsOf(points, columns, inner)
  const cells = new Uint32Array(rows)
  const next = new Uint32Array(leaves + 1)
  const tested = new Uint32Array(inner).map((_, node) => splits[2 * node])
  const thresholds = new Float32Array(inner).map((_, node) => splits[2 * node + 1])
  for (let row = 0, start = 0; row < rows; row++, start += columns) {
    let node = 0
    while (node < inner) node = 2 * node + (points[start + tested[node]] >= thresholds[node] ? 2 : 1)
    cells[row] = node - inner
    next[cells[row] + 1]++
  }
  for (let leaf = 0; leaf < leaves; leaf++) next[leaf + 1] += next[leaf]
  const order = new Uint32Array(rows)
  for (let row = 0; row < rows; row++) order[next[cells[row]]++] = row
  return order
}

/**
 * The `inner` splits of a complete tree, each a column and a threshold: near the median of the column that varies most.
 */
function splitsOf(points: Float32Array, columns: number, inner: number): Float32Array {
  const splits = new Float32Array(2 * inner)
  const visit = (node: number, rows: Uint32Array) => {
    if (node >= inner) return
    const stride = Math.ceil(rows.length / JUDGED)
    const judged = rows.filter((_, i) => i % stride === 0)
    const column = widestColumn(points, columns, judged)
    const values = Float32Array.from(judged, (row) => points[row * columns + column]).sort()
    const median = values[values.length >> 1] || 0
    // Where many are equal, they are parted from those above.
    const threshold = values[0] < median ? median : (values.find((value) => value > median) ?? median)
    splits.set([column, threshold], 2 * node)
    visit(
      2 * node + 1,
      rows.filter((row) => points[row * columns + column] < threshold),
    )
    visit(
      2 * node + 2,
      rows.filter((row) => points[row * columns + column] >= threshold),
    )
  }
  const rows = points.length / columns
  const sampled = Math.min(rows, 2 * inner + 1)
  visit(
    0,
    new Uint32Array(sampled).map((_, i) => Math.floor((i * rows) / sampled)),
  )
  return splits
}

function widestColumn(points: Float32Array, columns: number, rows: Uint32Array): number {
  let widest = 0
  let most = -1
  for (let column = 0; column < columns; column++) {
    let [sum, squares] = [0, 0]
    for (const row of rows) {
      const value = points[row * columns + column] - points[rows[0] * columns + column]
      sum += value
      squares += value * value
    }
    const spread = squares - (sum * sum) / rows.length
    if (spread > most) [widest, most] = [column, spread]
  }
  return widest
}

function blocksOf(points: Float32Array, columns: number, order: Uint32Array): Float32Array<ArrayBuffer> {
  const places = Math.ceil(order.length / BLOCK) * BLOCK
  const copied = new Float32Array(places * columns)
  for (let place = 0; place < places; place++) {
    const from = order[Math.min(place, order.length - 1)] * columns
    const slot = place % BLOCK
    for (let column = 0, to = (place - slot) * columns + slot; column < columns; column++, to += BLOCK) {
      copied[to] = points[from + column]
    }
  }
  return copied
}

function ballsOf(copied: Float32Array, columns: number): Float32Array<ArrayBuffer> {
  const blocks = copied.length / BLOCK / columns
  const balls = new Float32Array(blocks * (columns + 2))
  const squares = new Float64Array(BLOCK)
  for (let block = 0; block < blocks; block++) {
    squares.fill(0)
    let length = 0
    for (let column = 0; column < columns; column++) {
      const at = (block * columns + column) * BLOCK
      let sum = 0
      for (let slot = 0; slot < BLOCK; slot++) sum += copied[at + slot]
      const mean = Math.fround(sum / BLOCK)
      balls[column * blocks + block] = mean
      length += mean * mean
      for (let slot = 0; slot < BLOCK; slot++) squares[slot] += (copied[at + slot] - mean) ** 2
    }
    let most = 0
    for (let slot = 0; slot < BLOCK; slot++) most = Math.max(most, squares[slot])
    balls[columns * blocks + block] = Math.sqrt(most)
    balls[(columns + 1) * blocks + block] = Math.sqrt(length)
  }
  return balls
}
