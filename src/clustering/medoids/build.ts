import type { Progress } from '../../types.js'
import type { ChangeSearch } from './change-search.js'
import type { MedoidClusters } from './medoid-clusters.js'
import type { Turns } from './turns.js'

/** Most candidates of a step that are compared in float64. */
const COMPARED = 16

/**
 * Adds the medoids that lower the cost the most, one after another, until there are k (BUILD: L. Kaufman and P. J. Rousseeuw,
 * "Finding groups in data", 1990, chapter 2). What a candidate gains is found by the engine once, and then corrected for the
 * points whose nearest medoid a step changes. The best by these sums, up to 16 that their rounding does not tell apart, are
 * compared in float64; of equal ones the lowest row is taken.
 */
export async function buildMedoids(
  clusters: MedoidClusters,
  search: ChangeSearch,
  turns: Turns,
  onProgress?: (progress: Progress) => void,
): Promise<void> {
  const { medoids, toNearest, weights, distances } = clusters
  const { length: k } = medoids
  const { length: points } = toNearest
  const all = new Uint32Array(points)
  for (let point = 0; point < points; point++) all[point] = point
  const farthest = new Float64Array(points).fill(Infinity)
  const one = { count: 1, clusterOf: () => 0, weights }
  const report = (done: number) => onProgress?.({ stage: 'build', done, total: k })
  report(0)
  // The sum of all distances, for the first; then what each row gains.
  const gains = new Float64Array(distances.candidates)
  search.load({ ...one, order: all, nearest: new Float64Array(points), second: farthest })
  const sums = await search.find()
  for (let at = 0; at < gains.length; at++) gains[sums.rows[at]] = -sums.rises[at]
  clusters.add(choose(clusters, gains, (sum) => -(sums.sumError + sums.distanceError) * sum))
  report(1)
  if (k === 1) return
  search.load({ ...one, order: all, nearest: toNearest, second: farthest })
  const first = await search.find()
  for (let at = 0; at < gains.length; at++) gains[first.rows[at]] = -first.gains[at]
  let error = (first.sumError + first.distanceError) * clusters.cost
  while (clusters.count < k) {
    const before = toNearest.slice()
    clusters.add(choose(clusters, gains, () => error))
    report(clusters.count)
    if (turns.due) await turns.take()
    if (clusters.count === k) return
    const changed = all.filter((point) => toNearest[point] < before[point])
    if (changed.length === 0) continue
    search.load({ ...one, order: changed, nearest: toNearest, second: before })
    const { rows, rises, sumError, distanceError } = await search.find()
    let lost = 0
    for (const point of changed) lost += weights[point] * (before[point] - toNearest[point])
    for (let at = 0; at < rows.length; at++) gains[rows[at]] -= lost - rises[at]
    error += (sumError + distanceError) * lost
  }
}

/** The row that gains the most. */
function choose(clusters: MedoidClusters, gains: Float64Array, errorOf: (gain: number) => number): number {
  const best: number[] = []
  let least = -Infinity
  for (let row = 0; row < gains.length; row++) {
    if (gains[row] <= least || clusters.isMedoid(row)) continue
    let at = best.length
    while (at > 0 && gains[best[at - 1]] < gains[row]) at--
    best.splice(at, 0, row)
    if (best.length > COMPARED) best.pop()
    if (best.length === COMPARED) least = gains[best[COMPARED - 1]]
  }
  const [first] = best
  const limit = gains[first] - 2 * errorOf(gains[first])
  const near = best.filter((row) => gains[row] >= limit).sort((a, b) => a - b)
  if (near.length === 1) return first
  const sign = clusters.count === 0 ? -1 : 1
  let [chosen, most] = [first, -Infinity]
  for (const row of near) {
    const gain = sign * clusters.gainOf(row)
    if (gain <= most) continue
    chosen = row
    most = gain
  }
  return chosen
}
