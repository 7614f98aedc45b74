import type { PointSet } from '../../data/points.js'
import { BufferScope, type Executor } from '../../engine/engine.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import { chooseCandidate } from '../../kernels/kmeans/choose-candidate.js'
import { includeCentroid } from '../../kernels/kmeans/include-centroid.js'
import { pickBlocks } from '../../kernels/kmeans/pick-blocks.js'
import { takeCandidates } from '../../kernels/kmeans/take-candidates.js'
import { tryCandidates } from '../../kernels/kmeans/try-candidates.js'
import { gatherRows } from '../../kernels/points/gather-rows.js'
import { MEASURE_BLOCK } from '../../kernels/points/point-blocks.js'
import { randomBits } from '../../kernels/shared/random.js'

/**
 * Chooses `k` centroids among the points and writes their working coordinates to `centroids`, on the device.
 *
 * Greedy k-means++ tries 2 + ⌊ln k⌋ points drawn by weight × squared distance and keeps the one that lowers the
 * potential most (D. Arthur and S. Vassilvitskii, SODA 2007, §5); `farthest` takes the farthest point each time, starting
 * with the one farthest from the middle (maximin: T. Gonzalez, TCS 38, 1985).
 */
export async function seedSequentially(
  executor: Executor,
  set: PointSet,
  k: number,
  centroids: EngineBuffer,
  {
    seed,
    farthest,
    greedy = true,
    signal,
  }: { seed: number; farthest: boolean; greedy?: boolean; signal?: AbortSignal },
): Promise<void> {
  const { columns, blocks, scale } = set
  const flags = { WEIGHTED: set.weights !== null }
  const [pick, take, attempt, choose, include] = await Promise.all([
    executor.compile(pickBlocks),
    executor.compile(takeCandidates, { flags }),
    executor.compile(tryCandidates, { flags }),
    executor.compile(chooseCandidate),
    executor.compile(includeCentroid, { flags }),
  ])
  const trials = farthest || !greedy ? 1 : 2 + Math.floor(Math.log(k))
  const scope = new BufferScope(executor)
  const { pace } = executor
  const choice = farthest ? 1 : 0
  try {
    const blockSums = scope.upload('seeding.blockSums', set.blockWeights())
    const potentials = scope.allocate('seeding.potentials', 4 * blocks * trials)
    const candidates = scope.allocate('seeding.candidates', 4 * trials * columns)
    const picks = scope.allocate('seeding.picks', 4 * trials)
    const pickedBlocks = scope.allocate('seeding.pickedBlocks', 4 * trials)
    const distances: EngineBuffer[] = []
    for await (const { rows } of set.pass()) {
      distances.push(scope.upload('seeding.distances', new Float32Array(rows).fill(1)))
    }
    const shift = set.shiftBuffer
    const firstPositive = set.weights?.findIndex((weight) => weight > 0) ?? 0
    // Chunks are whole blocks.
    const fallback = blockOf(set, firstPositive)

    const updateDistances = async (centroid: number, reset: boolean) => {
      let index = 0
      for await (const { points, weights, rows, firstBlock, blocks: blockCount } of set.pass()) {
        const parameters = { rows, columns, centroid, reset: reset ? 1 : 0, farthest: choice, scale }
        const buffers = { points, weights, shift, centroids, distances: distances[index++], blockSums }
        const run = (begin: number, count: number) =>
          executor.run(include, { firstBlock, begin, end: begin + count, ...parameters }, buffers)
        await pace.cut(blockCount, MEASURE_BLOCK * columns, run, { signal })
      }
    }
    // The working origin lies in the middle of the data: the first maximin centroid is the farthest from there.
    if (farthest) await updateDistances(0, true)

    for (let centroid = 0; centroid < k; centroid++) {
      // The first centroid of k-means++ is drawn by weight alone.
      const candidateCount = centroid === 0 ? 1 : trials
      executor.run(
        pick,
        { blockCount: blocks, candidateCount, seed, round: centroid, farthest: choice, fallback },
        { blockSums, picks, pickedBlocks },
      )
      let index = 0
      for await (const { points, weights, rows, firstBlock, blocks: blockCount } of set.pass()) {
        executor.run(
          take,
          { firstBlock, blockCount, rows, columns, candidateCount, farthest: choice, scale },
          { points, weights, shift, distances: distances[index++], picks, pickedBlocks, candidates },
        )
      }
      if (candidateCount > 1) {
        index = 0
        for await (const { points, weights, rows, firstBlock, blocks: blockCount } of set.pass()) {
          const parameters = { allBlocks: blocks, rows, columns, candidateCount, scale }
          const buffers = { points, weights, shift, distances: distances[index++], candidates, potentials }
          const run = (begin: number, count: number) =>
            executor.run(attempt, { firstBlock, begin, end: begin + count, ...parameters }, buffers)
          await pace.cut(blockCount, MEASURE_BLOCK * columns * candidateCount, run, { signal })
        }
      }
      // With one candidate its potential does not matter, but it must be a number.
      executor.run(
        choose,
        { blockCount: blocks, columns, candidateCount, centroid },
        { potentials, candidates, centroids },
      )
      if (centroid + 1 < k) await updateDistances(centroid, centroid === 0)
      signal?.throwIfAborted()
    }
  } finally {
    scope.release()
  }
}

/** `k` distinct row numbers, each set of them equally likely, ascending (R. Floyd: J. Bentley, CACM 30(9), 1987). */
export function sampleRows(rows: number, k: number, seed: number): number[] {
  const chosen = new Set<number>()
  for (let last = rows - k; last < rows; last++) {
    const high = randomBits(seed, last, 0x6c6c6f79) * 2 ** 21 + (randomBits(seed, last, 0x6c6f7964) >>> 11)
    const row = Math.floor((high / 2 ** 53) * (last + 1))
    chosen.add(chosen.has(row) ? last : row)
  }
  return [...chosen].sort((a, b) => a - b)
}

/**
 * `k` row numbers, each next one drawn by weight among the rest, ascending, and never one of weight 0: where there are fewer
 * others, these come again (P. Efraimidis and P. Spirakis, "Weighted random sampling with a reservoir", IPL 97(5), 2006).
 */
export function sampleWeightedRows(weights: Float32Array, k: number, seed: number): number[] {
  // The first k to come of exponential waiting times, with the weights as rates.
  const uniform = (row: number) => (randomBits(seed, row, 0x6c6c6f79) + 0.5) / 2 ** 32
  const times = Float64Array.from(weights, (weight, row) => -Math.log(uniform(row)) / weight)
  const order = [...times.keys()].filter((row) => weights[row] > 0).sort((i, j) => times[i] - times[j] || i - j)
  return Array.from({ length: k }, (_, i) => order[i % order.length]).sort((a, b) => a - b)
}

/** Copies the working coordinates of some rows (ascending, the same again and again if need be) to `gathered`, on the device. */
export async function copyRows(
  executor: Executor,
  set: PointSet,
  rows: readonly number[],
  gathered: EngineBuffer,
): Promise<void> {
  const gather = await executor.compile(gatherRows)
  const scope = new BufferScope(executor)
  try {
    let next = 0
    for await (const { points, firstRow, rows: count } of set.pass()) {
      const firstTarget = next
      while (next < rows.length && rows[next] < firstRow + count) next++
      if (next === firstTarget) continue
      const numbers = Uint32Array.from(rows.slice(firstTarget, next), (row) => row - firstRow)
      executor.run(
        gather,
        { count: numbers.length, columns: set.columns, firstTarget, scale: set.scale },
        { points, shift: set.shiftBuffer, rowNumbers: scope.upload('seeding.rows', numbers), gathered },
      )
    }
  } finally {
    scope.release()
  }
}

/** The block of all points that a row lies in. */
function blockOf({ chunkRows }: PointSet, row: number): number {
  let [first, blocks] = [0, 0]
  for (const rows of chunkRows) {
    if (row < first + rows) return blocks + Math.floor((row - first) / MEASURE_BLOCK)
    first += rows
    blocks += Math.ceil(rows / MEASURE_BLOCK)
  }
  return 0
}
