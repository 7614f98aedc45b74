import { BufferScope, type Executor } from '../engine/engine.js'
import type { EngineBuffer } from '../engine/kernel.js'
import { randomUnit } from '../kernels/shared/random.js'
import { Assignment } from './assignment.js'
import { createPointSet, type PointSet } from './points.js'
import { copyRows, sampleRows, seedSequentially } from './seeding.js'

const ROUNDS = 5
/** Beyond this many clusters fewer candidates are drawn and one is tried at a time: k rounds over them must end. */
const MANY_CLUSTERS = 4096

/**
 * k-means‖: a few rounds that each draw about 2k candidates by weight × squared distance to those before, then k-means++
 * among the candidates, weighted by the points nearest to each (B. Bahmani et al., "Scalable k-means++", PVLDB 5(7),
 * 2012). Passes over the points: one a round and one for the weights.
 */
export async function seedParallel(
  executor: Executor,
  set: PointSet,
  k: number,
  centroids: EngineBuffer,
  { seed, signal }: { seed: number; signal?: AbortSignal },
): Promise<void> {
  const { columns, rows, weights } = set
  const expected = k > MANY_CLUSTERS ? k / 2 : 2 * k
  const chosen = new Set<number>([firstRow(set, seed)])
  const nearest = new Float32Array(rows).fill(Infinity)
  let fresh = [...chosen]
  for (let round = 0; round < ROUNDS; round++) {
    await withRows(executor, set, fresh, signal, async (assignment) => {
      assignment.pack()
      const { distances } = await assignment.measure(assignment.assign)
      for (let row = 0; row < rows; row++) nearest[row] = Math.min(nearest[row], distances[row])
    })
    let potential = 0
    for (let row = 0; row < rows; row++) potential += (weights ? weights[row] : 1) * nearest[row]
    if (potential === 0) break
    fresh = []
    for (let row = 0; row < rows; row++) {
      const probability = (expected * (weights ? weights[row] : 1) * nearest[row]) / potential
      if (randomUnit(seed, round, row) < probability && !chosen.has(row)) fresh.push(row)
    }
    if (fresh.length === 0) break
    for (const row of fresh) chosen.add(row)
  }
  // Fewer candidates than clusters (few distinct points, or bad luck): any other points complete them.
  for (let extra = k; chosen.size < k; extra = Math.min(2 * extra, rows)) {
    for (const row of sampleRows(rows, extra, seed)) if (chosen.size < k) chosen.add(row)
  }

  const candidates = [...chosen].sort((a, b) => a - b)
  await withRows(executor, set, candidates, signal, async (assignment) => {
    const { centroids: matrix, labels } = await assignment.finish()
    const masses = new Float32Array(candidates.length)
    for (let row = 0; row < rows; row++) masses[labels[row]] += weights ? weights[row] : 1
    // A candidate at the place of another has no points of its own, and must be eligible where there are few.
    const least = 2 ** -36 * set.totalWeight
    for (let i = 0; i < masses.length; i++) masses[i] = Math.max(masses[i], least)
    const among = await createPointSet(executor, matrix, { weights: masses, signal })
    const scope = new BufferScope(executor)
    try {
      const found = scope.allocate('seeding.found', 4 * k * columns)
      await seedSequentially(executor, among, k, found, { seed, farthest: false, greedy: k <= MANY_CLUSTERS, signal })
      const data = among.fromWorking(new Float32Array(await executor.read(found)))
      executor.write(centroids, set.toWorking({ data, rows: k, columns }))
    } finally {
      scope.release()
      among.release()
    }
  })
}

/** A row drawn by weight. */
function firstRow({ rows, weights, totalWeight }: PointSet, seed: number): number {
  let rest = randomUnit(seed, ROUNDS, 0) * totalWeight
  if (!weights) return Math.min(Math.floor(rest), rows - 1)
  let last = 0
  for (let row = 0; row < rows; row++) {
    if (weights[row] === 0) continue
    last = row
    if (rest < weights[row]) break
    rest -= weights[row]
  }
  return last
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
