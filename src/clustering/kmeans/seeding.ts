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
    farthest,
    greedy = true,
    signal,
  }: { seed: number; farthest: boolean; greedy?: boolean; signal?: AbortSignal },
): Promise<void> {
  const trials = farthest || !greedy ? 1 : trialsFor(k)
  const scope = new BufferScope(executor)
  try {
    const seeding = await createSeeding(executor, set, scope, centroids, {
      seed,
      farthest: farthest ? 1 : 0,
      trials,
      signal,
    })
    // The candidates are zeros, the working origin, which lies in the middle of the data: the first maximin centroid is
    // the farthest from there.
    if (farthest) await seeding.attempt(0)
    for (let round = 0; round < k; round++) {
      await seeding.draw(round)
      // The potential of the last centroid does not matter if it is the only candidate.
      if (round + 1 < k || trials > 1) await seeding.attempt(round)
      signal?.throwIfAborted()
    }
    seeding.choose(k, 0)
  } finally {
    scope.release()
  }
}

/** Number of candidates of a round of greedy k-means++. */
const trialsFor = (k: number) => 2 + Math.floor(Math.log(k))

/** Compiles the kernels of a sequential seeding, and tells how large the rows of candidates are. */
async function compileSeeding(executor: Executor, { weights, columns }: PointSet, trials: number) {
  const WEIGHTED = weights !== null
  const VECTOR = columns % 4 === 0
  const bytes = 16 * Math.ceil(columns / 4) * (trials + 1)
  const UNIFORM = executor.traits.uniforms && bytes <= UNIFORM_BYTES
  const [choose, take, attempt] = await Promise.all([
    executor.compile(chooseCandidate),
    executor.compile(takeCandidates, { flags: { WEIGHTED } }),
    executor.compile(tryCandidates, {
      flags: { WEIGHTED, VECTOR, UNIFORM },
      constants: { TRIALS: trials, CENTERS: trials + 1, SPAN: VECTOR ? 4 : Math.min(columns, 4) },
    }),
  ])
  return { choose, take, attempt, candidateBytes: UNIFORM ? UNIFORM_BYTES : bytes }
}

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
  const potentials = scope.upload('seeding.potentials', set.blockWeights(), 4 * allBlocks * trials)
  const candidates = scope.allocate('seeding.candidates', candidateBytes)
  const picks = scope.allocate('seeding.picks', 4 * trials)
  const pickedBlocks = scope.allocate('seeding.pickedBlocks', 4 * trials)
  const distances = set.chunkRows.map((count) => scope.allocate('seeding.distances', 4 * count))
  const fallback = Math.floor((set.weights?.findIndex((weight) => weight > 0) ?? 0) / SEED_BLOCK)
  const common = { columns, latest: trials, farthest }
  const overChunks = async (run: (chunk: Chunk, buffers: ReturnType<typeof buffersOf>) => void | Promise<void>) => {
    let index = 0
    for await (const chunk of set.pass()) await run(chunk, buffersOf(chunk, index++))
  }
  const buffersOf = ({ points, weights }: Chunk, index: number) => ({
    points,
    weights,
    shift,
    candidates,
    picks,
    pickedBlocks,
    potentials,
    distances: distances[index],
  })
  /** Takes the best candidate of the round before as a centroid, and draws the blocks of the next. */
  const choose = (round: number, drawCount: number) => {
    // The first centroid of k-means++ is drawn by weight alone.
    const candidateCount = round < 2 ? 1 : trials
    const parameters = { ...common, blockCount: allBlocks, candidateCount, drawCount, round, fallback, seed }
    executor.run(kernels.choose, parameters, { potentials, candidates, centroids, picks, pickedBlocks })
  }
  return {
    choose,
    /** Draws the candidates of a round. */
    async draw(round: number) {
      const candidateCount = round === 0 ? 1 : trials
      choose(round, candidateCount)
      await overChunks(({ rows, firstRow }, buffers) => {
        const blocks = { firstBlock: firstRow / SEED_BLOCK, blockCount: Math.ceil(rows / SEED_BLOCK) }
        executor.run(kernels.take, { ...common, ...blocks, rows, candidateCount, round, scale }, buffers)
      })
    },
    /** Sums the potentials with each candidate. */
    attempt: (round: number) =>
      overChunks(async ({ rows, firstRow }, buffers) => {
        const parameters = { ...common, firstBlock: firstRow / SEED_BLOCK, allBlocks, rows, round, scale }
        const run = (begin: number, count: number) =>
          executor.run(kernels.attempt, { begin, end: begin + count, ...parameters }, buffers)
        await executor.pace.cut(Math.ceil(rows / SEED_BLOCK), SEED_BLOCK * columns * (trials + 1), run, { signal })
      }),
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
