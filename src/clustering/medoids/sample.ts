import type { ChangeSearch } from './change-search.js'
import type { Distances } from './distances.js'

/**
 * Weights of sampled points: those of all rows that each is nearest to (A. de Mathelin, F. Deheeger, M. Mougeot and
 * N. Vayatis, "OneBatchPAM: A fast and frugal k-medoids algorithm", AAAI 2025, nearest-neighbour weights).
 */
export async function representRows(
  search: ChangeSearch,
  { rows }: Distances,
  weights: Float32Array,
): Promise<Float64Array> {
  const count = rows.length
  const order = new Uint32Array(count)
  for (let point = 0; point < count; point++) order[point] = point
  // With a cluster of its own for every point, the going that costs the least is that of the nearest.
  search.load({
    count,
    order,
    clusterOf: (point) => point,
    weights: new Float32Array(count).fill(1),
    nearest: new Float32Array(count),
    second: new Float32Array(count).fill(Infinity),
  })
  const { rows: found, clusters } = await search.find()
  const sums = new Float64Array(count)
  for (let at = 0; at < found.length; at++) sums[clusters[at]] += weights[found[at]]
  return sums
}
