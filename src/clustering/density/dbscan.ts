import { checkWeights, weightCount } from '../../data/weights.js'
import { BufferScope, type Engine, type Executor, executorOf } from '../../engine/engine.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import { countNeighbors } from '../../kernels/neighbors/count-neighbors.js'
import { joinCores } from '../../kernels/neighbors/join-cores.js'
import { BLOCK, LEAF, tileOf } from '../../kernels/neighbors/point-tree.js'
import { NONE } from '../../kernels/shared/none.js'
import { compileLowestLabel, lowestLabels } from '../../neighbors/lowest-labels.js'
import { type MeasuredPoints, type Metric, measurePoints } from '../../neighbors/measured-points.js'
import { nodeComponents } from '../../neighbors/node-components.js'
import { createPointForest, type PointForest } from '../../neighbors/point-forest.js'
import { searchForest } from '../../neighbors/search.js'
import { DBSCAN } from '../../options/density.js'
import { readOptions } from '../../options/table.js'
import type { Points, Progress } from '../../types.js'

export interface DbscanOptions {
  /** Distance up to which points are neighbours, this distance included; at least 0, `Infinity` for all. */
  epsilon: number
  /** Least number of neighbours, the point itself included, or least weight of them, that makes a point a core point; 1 … 2²⁴. */
  minPoints: number
  /** Distance of points: Euclidean (the default), Manhattan, or the cosine distance 1 − cos, for which no point may be 0. */
  metric?: Metric
  /** A finite weight ≥ 0 for every point, not all zero. */
  weights?: ArrayLike<number>
  /** Aborts the work; the promise rejects with `signal.reason`. */
  signal?: AbortSignal
  /** Stages: count, join, label. */
  onProgress?: (progress: Progress) => void
}

/** A clustering by density. Plain data. */
export interface Dbscan {
  /** Cluster of each point, from 0 on, numbered by their lowest core point; −1 for noise. */
  labels: Int32Array
  /** Rows of the core points, ascending. */
  corePoints: Uint32Array
  /** Number of clusters. */
  clusters: number
}

/**
 * DBSCAN: core points have at least `minPoints` points within `epsilon`; core points within `epsilon` of one another are
 * of one cluster, and so are the points within `epsilon` of one of them. A point that several clusters reach takes the
 * lowest label, so that the order of the points decides nothing but the numbering (M. Ester, H.-P. Kriegel, J. Sander and
 * X. Xu, "A density-based algorithm for discovering clusters in large spatial databases with noise", KDD 1996).
 *
 * Distances are computed in float32, of points that are centred in float64 where they lie far from 0. Memory is linear in
 * the points, whatever the number of neighbours. All points are held in memory, those of a source or a device too.
 *
 * @throws LloydError `InputError` for an argument outside its range, NaN or infinity in the points (with row and column);
 *   `OutOfMemoryError`; `DeviceLostError`
 */
export async function dbscan(engine: Engine, points: Points, options: DbscanOptions): Promise<Dbscan> {
  const executor = executorOf(engine)
  const { epsilon, minPoints, metric, weights, signal, onProgress } = readOptions('dbscan', options, DBSCAN)
  signal?.throwIfAborted()
  const weighted = weights === undefined ? null : checkWeights(weights)
  const measured = await measurePoints(executor, points, metric, epsilon)
  if (weighted && weighted.values.length !== measured.rows) throw weightCount(weighted.values.length, measured.rows)
  const scope = new BufferScope(executor)
  try {
    // They are compiled while the points are sorted.
    const compiling = compileKernels(executor, measured, weighted !== null)
    compiling.catch(() => {}) // reported below, unless the points are refused
    const forest = createPointForest(executor, scope, measured, weighted?.values ?? null)
    const kernels = await compiling
    const search = { executor, scope, forest, kernels, limit: measured.limitOf(epsilon), signal, onProgress }
    const cores = await findCores(search, minPoints / (weighted?.unit ?? 1))
    const { labels, clusters } = numberClusters(forest, await joinNeighbors(search, cores))
    if (clusters > 0) await labelBorders(search, labels)
    return inOrderOfPoints(forest, labels, cores, clusters)
  } finally {
    scope.release()
  }
}

interface Search {
  executor: Executor
  scope: BufferScope
  forest: PointForest
  kernels: Awaited<ReturnType<typeof compileKernels>>
  limit: number
  signal?: AbortSignal
  onProgress?: (progress: Progress) => void
}

async function compileKernels(executor: Executor, measured: MeasuredPoints, weighted: boolean) {
  const { columns, manhattan } = measured
  const flags = { MANHATTAN: manhattan }
  const constants = { COLUMNS: columns, TILE: tileOf(columns, 8) }
  const [count, near, far] = await Promise.all([
    executor.compile(countNeighbors, { flags: { ...flags, WEIGHTED: weighted }, constants }),
    executor.compile(joinCores, { flags: { ...flags, NEAR: true }, constants }),
    executor.compile(joinCores, { flags, constants }),
    compileLowestLabel(executor, measured),
  ])
  return { count, near, far }
}

/** Whether each point has `enough` neighbours, in the forest's order. */
async function findCores(search: Search, enough: number): Promise<Uint8Array> {
  const { executor, scope, forest, kernels } = search
  const counts = forest.chunks.map(({ rows }) => scope.allocate('dbscan.counts', 4 * rows))
  await searchForest(executor, {
    ...search,
    stage: 'count',
    run(parameters, buffers, queries, { buffers: { weights } }) {
      executor.run(kernels.count, { ...parameters, enough }, { ...buffers, weights, counts: counts[queries.number] })
    },
  })
  const cores = new Uint8Array(forest.rows)
  for (const { first, number } of forest.chunks) {
    const found = new Float32Array(await executor.read(counts[number]))
    for (let row = 0; row < found.length; row++) cores[first + row] = found[row] >= enough ? 1 : 0
  }
  return cores
}

/**
 * The component of each core point, the lowest of its core points, in the forest's order; NONE for others. Joins cores with
 * those near them in that order first, then some with all, and then all where components are left.
 */
async function joinNeighbors(search: Search, cores: Uint8Array): Promise<Uint32Array<ArrayBuffer>> {
  const { executor, scope, forest } = search
  const { near, far } = search.kernels
  const single = new Uint32Array(cores.length)
  for (let place = 0; place < cores.length; place++) single[place] = cores[place] ? place : NONE
  const buffers = {
    components: scope.upload('dbscan.components', single),
    parents: scope.upload('dbscan.parents', single),
  }
  const levels = forest.chunks.map(({ levels, top }) =>
    scope.allocate('dbscan.levels', 4 * (top + 2 + levels[top + 1])),
  )
  const join = (step: number, compiled: typeof far, onProgress?: Search['onProgress']) =>
    searchForest(executor, {
      ...{ ...search, onProgress, step, stage: 'join' },
      pairs: (queries, points) =>
        queries === points || (compiled === far && step === 1 && points.first < queries.first),
      run(parameters, tree, _, { number }) {
        const own = compiled === far ? { ...buffers, levels: levels[number] } : buffers
        executor.run(compiled, parameters, { ...tree, ...own })
      },
    })
  await join(1, near)
  for (const step of [BLOCK / LEAF, 1]) {
    const components = await rootsOf(executor, buffers.parents)
    if (isOne(components)) {
      search.onProgress?.({ stage: 'join', done: forest.rows, total: forest.rows })
      return components
    }
    executor.write(buffers.components, components)
    executor.write(buffers.parents, components)
    for (const chunk of forest.chunks) executor.write(levels[chunk.number], nodeComponents(chunk, components))
    await join(step, far, step === 1 ? search.onProgress : undefined)
  }
  return rootsOf(executor, buffers.parents)
}

/** Whether there is at most one component. */
function isOne(components: Uint32Array): boolean {
  let only = NONE
  for (let place = 0; place < components.length; place++) {
    const component = components[place]
    if (component === NONE || component === only) continue
    if (only !== NONE) return false
    only = component
  }
  return true
}

/** Reads a forest of parents, and replaces every parent by the root. */
async function rootsOf(executor: Executor, buffer: EngineBuffer): Promise<Uint32Array<ArrayBuffer>> {
  const parents = new Uint32Array(await executor.read(buffer))
  // Parents are lower, so that theirs are roots already.
  for (let row = 0; row < parents.length; row++) if (parents[row] !== NONE) parents[row] = parents[parents[row]]
  return parents
}

/** Gives points without a label the lowest one that reaches them. */
async function labelBorders(search: Search, labels: Uint32Array<ArrayBuffer>): Promise<void> {
  const reached = await lowestLabels(search.executor, search.scope, search, labels)
  for (let place = 0; place < labels.length; place++) if (labels[place] === NONE) labels[place] = reached[place]
}

/** Labels of the core points, in the forest's order; NONE for others. */
function numberClusters({ order }: PointForest, components: Uint32Array<ArrayBuffer>) {
  const ofRows = new Uint32Array(order.length)
  for (let place = 0; place < order.length; place++) ofRows[order[place]] = components[place]
  const numbers = new Uint32Array(order.length).fill(NONE)
  let clusters = 0
  for (let row = 0; row < ofRows.length; row++) {
    const component = ofRows[row]
    if (component !== NONE && numbers[component] === NONE) numbers[component] = clusters++
  }
  const labels = new Uint32Array(order.length).fill(NONE)
  for (let place = 0; place < order.length; place++) {
    if (components[place] !== NONE) labels[place] = numbers[components[place]]
  }
  return { labels, clusters }
}

function inOrderOfPoints({ order }: PointForest, found: Uint32Array, cores: Uint8Array, clusters: number): Dbscan {
  const labels = new Int32Array(order.length)
  const isCore = new Uint8Array(order.length)
  for (let place = 0; place < order.length; place++) {
    labels[order[place]] = found[place] === NONE ? -1 : found[place]
    isCore[order[place]] = cores[place]
  }
  const corePoints = new Uint32Array(order.length)
  let count = 0
  for (let row = 0; row < isCore.length; row++) if (isCore[row]) corePoints[count++] = row
  return { labels, corePoints: corePoints.slice(0, count), clusters }
}
