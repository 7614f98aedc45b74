import type { Progress } from '../../types.js'
import type { ChangeSearch, Changes } from './change-search.js'
import type { MedoidClusters, Swap } from './medoid-clusters.js'
import type { Turns } from './turns.js'

/** Most candidates for one medoid that are compared in float64 because rounding does not tell them apart. */
const COMPARED = 4

/**
 * Swaps medoids for other rows until no single swap lowers the cost. The candidates come in blocks, again and again. The
 * engine finds how the cost changes for all of a block; then the best candidate of every medoid is measured in float64,
 * against the medoids as they are by then, and the swap is done if it still lowers the cost. An iteration is a pass over all
 * blocks; it has converged where as many blocks in a row had no swap, all of whose candidates have been ruled out: those that
 * rounding does not rule out are measured as well.
 */
export async function swapMedoids(
  clusters: MedoidClusters,
  search: ChangeSearch,
  turns: Turns,
  { maxIterations, onProgress }: { maxIterations: number; onProgress?: (progress: Progress) => void },
): Promise<{ iterations: number; converged: boolean }> {
  const { blocks } = search
  const report = (done: number) => onProgress?.({ stage: 'swap', done, total: maxIterations })
  let cost = clusters.cost
  let unchanged = 0
  const improve = async (candidates: readonly number[]) => {
    if (turns.due) await turns.take()
    const swap = bestSwap(clusters, candidates)
    if (!clusters.improves(swap, cost)) return false
    clusters.replace(swap)
    cost = clusters.cost
    return true
  }
  report(0)
  for (let turn = 0; turn < maxIterations * blocks; turn++) {
    if (turn % blocks === 0) report(turn / blocks)
    if (unchanged === 0) loadClusters(clusters, search)
    const { best, others } = contendersOf(clusters, await search.find(turn % blocks), cost)
    let swapped = false
    for (const candidates of best) if (await improve(candidates)) swapped = true
    for (let at = 0; at < others.length && !swapped; at++) swapped = await improve([others[at]])
    unchanged = swapped ? 0 : unchanged + 1
    if (unchanged < blocks) continue
    report(maxIterations)
    return { iterations: Math.ceil((turn + 1) / blocks), converged: true }
  }
  report(maxIterations)
  return { iterations: maxIterations, converged: false }
}

/** Points sorted by their cluster, and in each by their number. */
function loadClusters({ medoids, nearest, toNearest, toSecond, weights }: MedoidClusters, search: ChangeSearch): void {
  const { length: count } = medoids
  const ends = new Uint32Array(count + 1)
  for (let point = 0; point < nearest.length; point++) ends[nearest[point] + 1]++
  for (let cluster = 0; cluster < count; cluster++) ends[cluster + 1] += ends[cluster]
  const order = new Uint32Array(nearest.length)
  for (let point = 0; point < nearest.length; point++) order[ends[nearest[point]]++] = point
  const clusterOf = (point: number) => nearest[point]
  search.load({ count, order, clusterOf, weights, nearest: toNearest, second: toSecond })
}

/** The best of some candidates, in float64, as `replace` needs it. */
function bestSwap(clusters: MedoidClusters, candidates: readonly number[]): Swap {
  const swaps = candidates.map((candidate) => clusters.swapOf(candidate))
  const best = swaps.reduce((a, b) => (b.change < a.change ? b : a))
  return best === swaps.at(-1) ? best : clusters.swapOf(best.candidate)
}

/**
 * Candidates that may lower the cost, as far as rounding tells: for each medoid the best of those that would replace it, with
 * those that may be as good; then all others, one by one.
 */
function contendersOf(
  clusters: MedoidClusters,
  changes: Changes,
  cost: number,
): { best: number[][]; others: number[] } {
  const { rows, gains, rises, clusters: slots, sumError, distanceError } = changes
  const changeOf = (at: number) => gains[at] + rises[at]
  const errorOf = (at: number) => 2 * (distanceError * cost - sumError * gains[at])
  const lists: number[][] = Array.from(clusters.medoids, () => [])
  for (let at = 0; at < rows.length; at++) {
    if (changeOf(at) < errorOf(at) && !clusters.isMedoid(rows[at])) lists[slots[at]].push(at)
  }
  const [best, others]: [number[][], number[]] = [[], []]
  for (const list of lists) {
    if (list.length === 0) continue
    list.sort((a, b) => changeOf(a) - changeOf(b) || a - b)
    const limit = changeOf(list[0]) + errorOf(list[0])
    const near = list.findIndex((at, place) => place === COMPARED || changeOf(at) > limit)
    const end = near < 0 ? list.length : near
    best.push(
      list
        .slice(0, end)
        .map((at) => rows[at])
        .sort((a, b) => a - b),
    )
    for (const at of list.slice(end)) others.push(rows[at])
  }
  return { best, others }
}
