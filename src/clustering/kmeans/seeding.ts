import type { Chunk } from '../../data/chunks.js'
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
 * potential the most (D. Arthur and S. Vassilvitskii, SODA 2007, §5); `farthest` takes the farthest point each time,
 * starting with the one farthest from the middle (maximin: T. Gonzalez, TCS 38, 1985).
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
  const trials = farthest || !greedy ? 1 : 2 + Math.floor(Math.log(k))
  const scope = new BufferScope(executor)
  try {
    const seeding = await createSeeding(executor, set, scope, centroids, {
      seed,
      farthest: farthest ? 1 : 0,
      trials,
      signal,
    })
    // The working origin lies in the middle of the data: the first maximin centroid is the farthest from there.
    if (farthest) await seeding.include(0, true)
    for (let centroid = 0; centroid < k; centroid++) {
      // The first centroid of k-means++ is drawn by weight alone.
      await seeding.choose(centroid, centroid === 0 ? 1 : trials)
      if (centroid + 1 < k) await seeding.include(centroid, centroid === 0)
      signal?.throwIfAborted()
    }
  } finally {
    scope.release()
  }
}

async function compileSeeding(executor: Executor, { weights }: PointSet) {
  const flags = { WEIGHTED: weights !== null }
  const [pick, take, attempt, choose, include] = await Promise.all([
    executor.compile(pickBlocks),
    executor.compile(takeCandidates, { flags }),
    executor.compile(tryCandidates, { flags }),
    executor.compile(chooseCandidate),
    executor.compile(includeCentroid, { flags }),
  ])
  return { pick, take, attempt, choose, include }
}

/** The dispatches of a sequential seeding. */
async function createSeeding(
  executor: Executor,
  set: PointSet,
  scope: BufferScope,
  centroids: EngineBuffer,
  { seed, farthest, trials, signal }: { seed: number; farthest: number; trials: number; signal?: AbortSignal },
) {
  const { columns, blocks, scale, shiftBuffer: shift } = set
  const kernels = await compileSeeding(executor, set)
  const blockSums = scope.upload('seeding.blockSums', set.blockWeights())
  const potentials = scope.allocate('seeding.potentials', 4 * blocks * trials)
  const candidates = scope.allocate('seeding.candidates', 4 * trials * columns)
  const picks = scope.allocate('seeding.picks', 4 * trials)
  const pickedBlocks = scope.allocate('seeding.pickedBlocks', 4 * trials)
  const shared = { shift, centroids, blockSums, potentials, candidates, picks, pickedBlocks }
  const distances: EngineBuffer[] = []
  for await (const { rows } of set.pass()) {
    distances.push(scope.upload('seeding.distances', new Float32Array(rows).fill(1)))
  }
  const fallback = blockOf(set, set.weights?.findIndex((weight) => weight > 0) ?? 0)
  const overChunks = async (run: (chunk: Chunk, buffers: ReturnType<typeof buffersOf>) => void | Promise<void>) => {
    let index = 0
    for await (const chunk of set.pass()) await run(chunk, buffersOf(chunk, index++))
  }
  const buffersOf = ({ points, weights }: Chunk, index: number) => ({
    ...shared,
    points,
    weights,
    distances: distances[index],
  })
  return {
    /** Updates distances and their sums with a centroid; `reset`: it is the first. */
    include: (centroid: number, reset: boolean) =>
      overChunks(async ({ rows, firstBlock, blocks: count }, buffers) => {
        const parameters = { rows, columns, centroid, reset: reset ? 1 : 0, farthest, scale }
        const run = (begin: number, count: number) =>
          executor.run(kernels.include, { firstBlock, begin, end: begin + count, ...parameters }, buffers)
        await executor.pace.cut(count, MEASURE_BLOCK * columns, run, { signal })
      }),
    /** Chooses a centroid among the candidates. */
    async choose(centroid: number, candidateCount: number) {
      const draw = { blockCount: blocks, candidateCount, seed, round: centroid, farthest, fallback }
      executor.run(kernels.pick, draw, shared)
      await overChunks(({ rows, firstBlock, blocks: blockCount }, buffers) =>
        executor.run(kernels.take, { firstBlock, blockCount, rows, columns, candidateCount, farthest, scale }, buffers),
      )
      if (candidateCount > 1) {
        await overChunks(async ({ rows, firstBlock, blocks: count }, buffers) => {
          const parameters = { allBlocks: blocks, rows, columns, candidateCount, scale }
          const run = (begin: number, count: number) =>
            executor.run(kernels.attempt, { firstBlock, begin, end: begin + count, ...parameters }, buffers)
          await executor.pace.cut(count, MEASURE_BLOCK * columns * candidateCount, run, { signal })
        })
      }
      // The potential of a single candidate does not matter, but it must be a number.
      executor.run(kernels.choose, { blockCount: blocks, columns, candidateCount, centroid }, shared)
    },
  }
}

/** `k` distinct row numbers, ascending, each set of them equally likely (R. Floyd: J. Bentley, CACM 30(9), 1987). */
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
 * `k` row numbers, ascending, each drawn by weight among the rest, and never one of weight 0: if there are fewer
 * others, these repeat (P. Efraimidis and P. Spirakis, "Weighted random sampling with a reservoir", IPL 97(5), 2006).
 */
export function sampleWeightedRows(weights: Float32Array, k: number, seed: number): number[] {
  // The first k of exponential waiting times, with the weights as rates.
  const uniform = (row: number) => (randomBits(seed, row, 0x6c6c6f79) + 0.5) / 2 ** 32
  const times = Float64Array.from(weights, (weight, row) => -Math.log(uniform(row)) / weight)
  const order = [...times.keys()].filter((row) => weights[row] > 0).sort((i, j) => times[i] - times[j] || i - j)
  return Array.from({ length: k }, (_, i) => order[i % order.length]).sort((a, b) => a - b)
}

/** Copies the working coordinates of rows (ascending, with repeats if need be) to `gathered`, on the device. */
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

/** The block, among those of all points, that contains a row; chunks are whole blocks. */
function blockOf({ chunkRows }: PointSet, row: number): number {
  let [first, blocks] = [0, 0]
  for (const rows of chunkRows) {
    if (row < first + rows) return blocks + Math.floor((row - first) / MEASURE_BLOCK)
    first += rows
    blocks += Math.ceil(rows / MEASURE_BLOCK)
  }
  return 0
}
