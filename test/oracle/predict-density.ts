/**
 * The memberships of other points in clusterings by density, by comparing them with all training points: the lowest label
 * among the core points within epsilon (M. Ester, H.-P. Kriegel, J. Sander and X. Xu, KDD 1996); and approximate_predict
 * of L. McInnes, J. Healy and S. Astels, "hdbscan", JOSS 2017, except that a point leaves a cluster with its neighbour if
 * that leaves sooner.
 */
import type { OracleDistance } from './dbscan'
import type { OracleCluster, OracleHdbscan } from './hdbscan'

type Rows = readonly (readonly number[])[]

export function oraclePredictDbscan(
  points: Rows,
  training: Rows,
  { labels, corePoints }: { labels: ArrayLike<number>; corePoints: ArrayLike<number> },
  within: (a: readonly number[], b: readonly number[]) => boolean,
): number[] {
  return points.map((point) => {
    const reached = Array.from(corePoints).filter((row) => within(point, training[row]))
    return reached.length === 0 ? -1 : Math.min(...reached.map((row) => labels[row]))
  })
}

interface Membership {
  label: number
  probability: number
  outlierScore: number
}

/** The memberships that each point may have: one for every training point that is nearest to it. */
export function oraclePredictHdbscan(
  points: Rows,
  training: Rows,
  { hierarchy, labels, clusters }: OracleHdbscan,
  { minSamples, distance }: { minSamples: number; distance: OracleDistance },
): Membership[][] {
  const coreOf = (point: readonly number[]) =>
    training.map((other) => distance(point, other)).sort((a, b) => a - b)[Math.min(minSamples, training.length) - 1]
  const cores = training.map(coreOf)
  const innermost = (row: number) => hierarchy.filter(({ members }) => members.includes(row)).at(-1)!
  /** The selected cluster of each label: the innermost that holds all its points. */
  const selected = [...Array(clusters).keys()].map((label) => {
    const rows = [...labels.keys()].filter((row) => labels[row] === label)
    return hierarchy.filter(({ members }) => rows.every((row) => members.includes(row))).at(-1)!
  })
  const densestOf = ({ members }: OracleCluster) => Math.max(...members.map((row) => innermost(row).exits.get(row)!))
  const share = (lambda: number, most: number) => (lambda >= most ? 1 : lambda / most)
  const labelOf = (cluster: OracleCluster | null): number =>
    cluster === null ? -1 : selected.includes(cluster) ? selected.indexOf(cluster) : labelOf(cluster.parent)
  return points.map((point) => {
    const core = coreOf(point)
    const reach = training.map((other, row) => Math.max(core, cores[row], distance(point, other)))
    const nearest = Math.min(...reach)
    return [...training.keys()]
      .filter((row) => reach[row] === nearest)
      .map((row) => {
        let cluster = innermost(row)
        const exit = cluster.exits.get(row)!
        const lambda = Math.min(1 / nearest, exit)
        if (exit > lambda) while (cluster.parent && cluster.birth >= lambda) cluster = cluster.parent
        const label = labelOf(cluster)
        const probability = label < 0 ? 0 : share(lambda, Math.max(...selected[label].exits.values()))
        return { label, probability, outlierScore: 1 - share(lambda, densestOf(cluster)) }
      })
  })
}
