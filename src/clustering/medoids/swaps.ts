import type { Progress } from '../../types.js'
import type { ChangeSearch, Changes } from './change-search.js'
import type { MedoidClusters } from './medoid-clusters.js'
import type { Turns } from './turns.js'

/** Least number of candidates that an iteration checks, and the share of all candidates that take as long as a pass. */
const CHECKS = 64
const CHECKED_SHARE = 1 / 16

/**
 * Swaps medoids for other rows until no single swap lowers the cost. Every iteration is a pass over all candidates on the
 * engine. Those that may improve are measured again in float64, against the medoids as they are by then, and the swap is done
 * if it still lowers the cost: first the best candidate of every medoid, then the second best, and so on.
 */
export async function swapMedoids(
  clusters: MedoidClusters,
  search: ChangeSearch,
  turns: Turns,
  { maxIterations, onProgress }: { maxIterations: number; onProgress?: (progress: Progress) => void },
): Promise<{ iterations: number; converged: boolean }> {
  const { distances, medoids, nearest, toNearest, toSecond, weights } = clusters
  const report = (done: number) => onProgress?.({ stage: 'swap', done, total: maxIterations })
  const mostChecks = Math.max(CHECKS, 2 * medoids.length, distances.candidates * CHECKED_SHARE)
  let cost = clusters.cost
  report(0)
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    const order = orderByCluster(nearest, medoids.length)
    const points = { count: medoids.length, order, clusterOf: (point: number) => nearest[point] }
    const changes = await search.find({ ...points, weights, nearest: toNearest, second: toSecond })
    let [swaps, checks] = [0, 0]
    for (const candidate of candidatesOf(clusters, changes, cost)) {
      if (swaps > 0 && checks >= mostChecks) break
      checks++
      const swap = clusters.swapOf(candidate)
      if (clusters.improves(swap, cost)) {
        clusters.replace(swap)
        cost = clusters.cost
        swaps++
      }
      if (turns.due) await turns.take()
    }
    report(swaps > 0 ? iteration : maxIterations)
    if (swaps === 0) return { iterations: iteration, converged: true }
  }
  return { iterations: maxIterations, converged: false }
}

/** The points by their cluster, and in each by their number. */
function orderByCluster(nearest: Uint32Array, count: number): Uint32Array {
  const ends = new Uint32Array(count + 1)
  for (let point = 0; point < nearest.length; point++) ends[nearest[point] + 1]++
  for (let cluster = 0; cluster < count; cluster++) ends[cluster + 1] += ends[cluster]
  const order = new Uint32Array(nearest.length)
  for (let point = 0; point < nearest.length; point++) order[ends[nearest[point]]++] = point
  return order
}

/** Candidates whose swaps may lower the cost, as far as rounding tells: the best of each medoid, the second best and so on. */
function candidatesOf(clusters: MedoidClusters, changes: Changes, cost: number): number[] {
  const { gains, rises, clusters: slots, sumError, distanceError } = changes
  const changeOf = (candidate: number) => gains[candidate] + rises[candidate]
  const improving: number[] = []
  for (let candidate = 0; candidate < gains.length; candidate++) {
    const error = 2 * (distanceError * cost - sumError * gains[candidate])
    if (changeOf(candidate) < error && !clusters.isMedoid(candidate)) improving.push(candidate)
  }
  improving.sort((a, b) => changeOf(a) - changeOf(b) || a - b)
  const seen = new Uint32Array(clusters.medoids.length)
  const ranks = new Map<number, number>()
  for (const candidate of improving) ranks.set(candidate, seen[slots[candidate]]++)
  return improving.sort((a, b) => ranks.get(a)! - ranks.get(b)!)
}
