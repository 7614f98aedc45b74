import { findOrigin } from '../../data/origin.js'
import { createPointSet, type PointSet } from '../../data/points.js'
import { BufferScope, type Executor } from '../../engine/engine.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import { drawCandidates } from '../../kernels/kmeans/draw-candidates.js'
import { measurePoints } from '../../kernels/kmeans/measure-points.js'
import { Assignment } from './assignment.js'
import { MANY_CLUSTERS, MIN_ROWS } from './limits.js'
import { copyRows, sampleOf, seedSequentially } from './seeding.js'

const ROUNDS = 3
/** A number above any squared distance in working coordinates. */
const FARTHEST = 3e38

/** Expected number of candidates in all. */
export const maxCandidates = (k: number) => (ROUNDS + 1) * k

/**
 * k-means‖: k random points and a few rounds that each draw about k more by weight × squared distance to those before,
 * then k-means++ among these candidates, weighted by the points nearest to each (B. Bahmani et al., "Scalable k-means++",
 * PVLDB 5(7), 2012). Makes one pass over the points per round and one for the weights.
 */
export async function seedParallel(
  executor: Executor,
  set: PointSet,
  k: number,
  centroids: EngineBuffer,
  { seed, signal }: { seed: number; signal?: AbortSignal },
): Promise<void> {
  const { columns, rows, weights } = set
  const chosen = new Set(sampleOf(set, k, seed))
  const scope = new BufferScope(executor)
  try {
    const draw = await createDraw(executor, set, scope, { seed, signal })
    let fresh = [...chosen]
    for (let round = 0; round < ROUNDS && fresh.length > 0; round++) {
      const potential = await draw.include(fresh)
      fresh = potential > 0 ? await draw.candidates(round, k / potential) : []
      for (const row of fresh) chosen.add(row)
    }
  } finally {
    scope.release()
  }

  const candidates = [...chosen].sort((a, b) => a - b)
  await withRows(executor, set, candidates, signal, async (assignment) => {
    const { centroids: matrix, labels } = await assignment.finish()
    // A candidate that coincides with another has no points, and must be eligible if there are few.
    const masses = new Float64Array(candidates.length).fill(2 ** -36 * set.totalWeight)
    for (let row = 0; row < rows; row++) masses[labels[row]] += weights ? weights[row] : 1
    const plain = executor.plain ?? executor
    const among = await createPointSet(plain, matrix, { weights: masses, signal, originOf: findOrigin })
    try {
      await seedSequentially(plain, among, k, centroids, {
        seed,
        greedy: k <= MANY_CLUSTERS,
        signal,
      })
      const data = among.fromWorking(new Float32Array(await executor.read(centroids)))
      executor.write(centroids, set.toWorking({ data, rows: k, columns }))
    } finally {
      among.release()
    }
  })
}

/** The state of the rounds of k-means‖: every point's squared distance to the candidates so far, on the device. */
async function createDraw(
  executor: Executor,
  set: PointSet,
  scope: BufferScope,
  { seed, signal }: { seed: number; signal?: AbortSignal },
) {
  const flags = { WEIGHTED: set.weights !== null }
  const [lower, draw] = await Promise.all([
    executor.compile(measurePoints, { flags: { ...flags, LOWER: true } }),
    executor.compile(drawCandidates, { flags }),
  ])
  const distances = set.chunkRows.map((rows) =>
    scope.upload('seeding.distances', new Float32Array(rows).fill(FARTHEST)),
  )
  const drawn = scope.allocate('seeding.drawn', 4 * (1 + Math.max(...set.chunkRows)))
  return {
    /** Adds the candidates of a round; returns the new sum of weight × squared distance. */
    async include(rows: readonly number[]): Promise<number> {
      let potential = 0
      await withRows(executor, set, rows, signal, async (assignment) => {
        assignment.pack()
        await assignment.pass(assignment.assign, async (chunk) => {
          const { labels, blockSums, index } = assignment.buffersOf(chunk)
          await assignment.measureChunk(chunk, { labels, distances: distances[index], blockSums }, lower)
          for (const sum of new Float32Array(await executor.read(blockSums))) potential += sum
        })
      })
      return potential
    },
    /** Draws the points of a round; returns their row numbers, ascending. */
    async candidates(round: number, factor: number): Promise<number[]> {
      const rows: number[] = []
      let firstPoint = 0
      for (const [index, count] of set.chunkRows.entries()) {
        executor.clear(drawn)
        const parameters = { firstPoint, seed, round, factor: Math.fround(factor) }
        const buffers = { weights: set.weightBuffers[index], distances: distances[index], drawn }
        const run = (firstRow: number, rows: number) => executor.run(draw, { firstRow, rows, ...parameters }, buffers)
        await executor.pace.cut(count, 1, run, { align: MIN_ROWS, signal })
        const found = new Uint32Array(await executor.read(drawn))
        for (const row of found.subarray(1, 1 + found[0]).sort()) rows.push(row)
        firstPoint += count
      }
      return rows
    },
  }
}

/** Does `work` with an assignment whose centroids are the given rows. */
async function withRows(
  executor: Executor,
  set: PointSet,
  rows: readonly number[],
  signal: AbortSignal | undefined,
  work: (assignment: Assignment) => Promise<void>,
): Promise<void> {
  const assignment = await Assignment.create(executor, set, rows.length, { signal })
  try {
    assignment.start()
    await copyRows(executor, set, rows, assignment.centroids)
    await work(assignment)
  } finally {
    assignment.release()
  }
}
