import type { Chunk } from '../../data/chunks.js'
import type { PointSet } from '../../data/points.js'
import { BufferScope, type Executor } from '../../engine/engine.js'
import { type EngineBuffer, UNIFORM_BYTES } from '../../engine/kernel.js'
import { chooseCandidate } from '../../kernels/kmeans/choose-candidate.js'
import { takeCandidates } from '../../kernels/kmeans/take-candidates.js'
import { tryCandidates } from '../../kernels/kmeans/try-candidates.js'
import { gatherRows } from '../../kernels/points/gather-rows.js'
import { SEED_BLOCK } from '../../kernels/points/point-blocks.js'
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
    farthest = false,
    greedy = true,
    signal,
  }: { seed: number; farthest?: boolean; greedy?: boolean; signal?: AbortSignal },
): Promise<void> {
  const trials = farthest || !greedy ? 1 : 2 + Math.floor(Math.log(k))
  const scope = new BufferScope(executor)
  try {
    const seeding = await createSeeding(executor, set, scope, centroids, {
      seed,
      farthest: Number(farthest),
      trials,
      signal,
    })
    if (farthest) {
      // The candidate is 0, the working origin, which lies in the middle of the data: the first centroid is the
      // farthest from there.
      await seeding.attempt(0)
      await seeding.draw(1)
    } else await copyRows(executor, set, [firstRow(set, seed)], seeding.candidates)
    for (let round = 0; round < k; round++) {
      if (round > 0) await seeding.draw(round)
      await seeding.attempt(round)
    }
    seeding.choose(k)
  } finally {
    scope.release()
  }
}

/** A random row, drawn by weight; equal weights are like none. */
function firstRow({ weights, totalWeight }: PointSet, seed: number): number {
  let rest = (randomBits(seed, 0, 0) / 2 ** 32) * totalWeight
  return weights ? weights.findIndex((weight) => (rest -= weight) < 0) : Math.floor(rest)
}

/** Compiles the kernels of a sequential seeding, and tells how large the rows of candidates are. */
async function compileSeeding(executor: Executor, { weights, columns }: PointSet, trials: number) {
  const WEIGHTED = weights !== null
  const bytes = 16 * Math.ceil(columns / 4) * (trials + 1)
  const UNIFORM = executor.traits.uniforms && bytes <= UNIFORM_BYTES
  const [choose, take, attempt] = await Promise.all([
    executor.compile(chooseCandidate),
    executor.compile(takeCandidates, { flags: { WEIGHTED } }),
    executor.compile(tryCandidates, {
      flags: { WEIGHTED, VECTOR: columns % 4 === 0, UNIFORM },
      constants: { TRIALS: trials, CENTERS: trials + 1 },
    }),
  ])
  return { choose, take, attempt, candidateBytes: UNIFORM ? UNIFORM_BYTES : bytes }
}

/** The buffers of one chunk. */
type Own = Record<'points' | 'weights' | 'distances', EngineBuffer>

/** The dispatches of a sequential seeding. */
async function createSeeding(
  executor: Executor,
  set: PointSet,
  scope: BufferScope,
  centroids: EngineBuffer,
  { seed, farthest, trials, signal }: { seed: number; farthest: number; trials: number; signal?: AbortSignal },
) {
  const { columns, rows, scale, shiftBuffer: shift } = set
  const { candidateBytes, ...kernels } = await compileSeeding(executor, set, trials)
  const allBlocks = Math.ceil(rows / SEED_BLOCK)
  const potentials = scope.allocate('seeding.potentials', 4 * allBlocks * trials)
  const candidates = scope.allocate('seeding.candidates', candidateBytes)
  const picks = scope.allocate('seeding.picks', 4 * trials)
  const pickedBlocks = scope.allocate('seeding.pickedBlocks', 4 * trials)
  const distances = set.chunkRows.map((count) => scope.allocate('seeding.distances', 4 * count))
  const common = { columns, latest: trials, farthest, scale }
  const shared = { shift, centroids, potentials, candidates, picks, pickedBlocks }
  const overChunks = async (run: (chunk: Chunk, firstBlock: number, buffers: typeof shared & Own) => unknown) => {
    let index = 0
    for await (const chunk of set.pass()) {
      await run(chunk, chunk.firstRow / SEED_BLOCK, { ...shared, ...chunk, distances: distances[index++] })
    }
  }
  /** Takes the best candidate of the round before as a centroid, and draws the blocks of the next. */
  const choose = (round: number) => {
    // The first centroid was the only candidate.
    const candidateCount = round < 2 ? 1 : trials
    executor.run(kernels.choose, { ...common, blockCount: allBlocks, candidateCount, round, seed }, shared)
  }
  return {
    candidates,
    choose,
    /** Draws the candidates of a round. */
    async draw(round: number) {
      choose(round)
      await overChunks(({ rows }, firstBlock, buffers) => {
        const blockCount = Math.ceil(rows / SEED_BLOCK)
        executor.run(kernels.take, { ...common, firstBlock, blockCount, rows, round }, buffers)
      })
    },
    /** Sums the potentials with each candidate. */
    attempt: (round: number) =>
      overChunks(async ({ rows }, firstBlock, buffers) => {
        const run = (begin: number, count: number) =>
          executor.run(
            kernels.attempt,
            { ...common, firstBlock, begin, end: begin + count, allBlocks, rows, round },
            buffers,
          )
        await executor.pace.cut(Math.ceil(rows / SEED_BLOCK), SEED_BLOCK * columns * (trials + 1), run, { signal })
      }),
  }
}

/** `k` row numbers, ascending, drawn by weight among the rest; they repeat if fewer have a positive weight. */
export const sampleOf = ({ rows, weights }: PointSet, k: number, seed: number): number[] =>
  weights ? sampleWeightedRows(weights, k, seed) : sampleRows(rows, k, seed)

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
  const latest = Math.min(times.slice().sort()[k - 1], Number.MAX_VALUE)
  const found: number[] = []
  for (let row = 0; row < times.length; row++) if (times[row] <= latest && found.length < k) found.push(row)
  return Array.from({ length: k }, (_, i) => found[i % found.length]).sort((a, b) => a - b)
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
