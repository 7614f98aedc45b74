import type { Dbscan, Hdbscan, Matrix } from 'lloyd'
import { DBSCAN, HDBSCAN } from '../../options/density.js'
import { type FaultOf, isIntegerFrom, isList, listRows, type Own, rowOf, type TableModel } from './model-table.js'

interface DensityModel extends TableModel {
  lloyd: string
  metric: (typeof DBSCAN.metric.names)[number]
  /** Number of clusters. */
  clusters: number
}

export interface DbscanModel extends DensityModel {
  schema: 'lloyd.dbscan'
  /** In the units of clustering. */
  epsilon: number
  minPoints: number
  /** The core points in the units of clustering, to be rounded to float32. */
  corePoints: number[][]
  /** Their labels. */
  labels: number[]
}

export interface HdbscanModel extends DensityModel {
  schema: 'lloyd.hdbscan'
  minClusterSize: number
  minSamples: number
  selection: (typeof HDBSCAN.selection.names)[number]
  /** In the units of clustering. */
  epsilon: number
  /** All points in the units of clustering, to be rounded to float32. */
  points: number[][]
  /**
   * Lines of the condensed tree, one for each point, then one for each cluster but the root: the number of the cluster
   * that it leaves, counted on from the points, and the λ at which it does, null for infinity.
   */
  parent: number[]
  lambda: (number | null)[]
  /** The number of the cluster that each label is. */
  selected: number[]
}

export function dbscanModel(
  points: Matrix,
  choices: Pick<DbscanModel, 'metric' | 'epsilon' | 'minPoints'>,
  { labels, corePoints, clusters }: Dbscan,
): Own<DbscanModel> {
  const cores = Array.from(corePoints)
  return {
    schema: 'lloyd.dbscan',
    ...choices,
    clusters,
    corePoints: cores.map((row) => rowOf(points, row)),
    labels: cores.map((row) => labels[row]),
  }
}

export function hdbscanModel(
  points: Matrix,
  choices: Pick<HdbscanModel, 'metric' | 'epsilon' | 'minClusterSize' | 'minSamples' | 'selection'>,
  { condensed, selected, clusters }: Hdbscan,
): Own<HdbscanModel> {
  return {
    schema: 'lloyd.hdbscan',
    ...choices,
    clusters,
    points: listRows(points),
    parent: [...condensed.parent],
    lambda: Array.from(condensed.lambda, (value) => (value < Infinity ? value : null)),
    selected: [...selected],
  }
}

function faultOfDensity({ metric, clusters }: { metric?: unknown; clusters?: unknown }): string | null {
  if (!DBSCAN.metric.names.some((name) => name === metric)) return `metric is not ${DBSCAN.metric.names.join(', ')}`
  return isIntegerFrom(clusters, 0) ? null : 'clusters is not a number of clusters'
}

export const faultOfDbscan: FaultOf<DbscanModel> = (model, isRow) => {
  const { columns, epsilon, corePoints, labels } = model
  const fault = faultOfDensity(model)
  if (fault) return fault
  if (!(typeof epsilon === 'number' && epsilon >= 0)) return 'epsilon is not a distance'
  if (!Array.isArray(corePoints) || !corePoints.every(isRow)) {
    return `corePoints is not rows of ${(columns as string[]).length} numbers`
  }
  if (isList(labels, corePoints.length, (label) => isIntegerFrom(label, 0, model.clusters as number))) return null
  return `labels is not a label below ${model.clusters} for each of ${corePoints.length} core points`
}

export const faultOfHdbscan: FaultOf<HdbscanModel> = (model, isRow) => {
  const { columns, clusters, minSamples, points, parent, lambda, selected } = model
  const fault = faultOfDensity(model)
  if (fault) return fault
  if (!isIntegerFrom(minSamples, 1, HDBSCAN.minSamples.to + 1)) return 'minSamples is not a number of points'
  if (!Array.isArray(points) || points.length === 0 || !points.every(isRow)) {
    return `points is not rows of ${(columns as string[]).length} numbers`
  }
  const { length: rows } = points
  const lines = Array.isArray(parent) ? parent.length : 0
  const end = lines + 1
  const isParent = (around: unknown, line: number) => isIntegerFrom(around, rows, line < rows ? end : line + 1)
  if (lines < rows || !isList(parent, lines, isParent)) return `parent is not the lines of a tree of ${rows} points`
  const isLambda = (value: unknown) => value === null || (typeof value === 'number' && value >= 0)
  if (!isList(lambda, lines, isLambda)) return `lambda is not ${lines} numbers of at least 0, or null`
  if (isList(selected, clusters as number, (number) => isIntegerFrom(number, rows + 1, end))) return null
  return `selected is not ${clusters} clusters of the tree`
}
