import type { KMedoids } from 'lloyd'
import { KMEDOIDS } from '../../options/medoids.js'
import { type FaultOf, isIntegerFrom, isList, type Own, rowOf, type TableModel } from './model-table.js'
import type { Prepared } from './table-job.js'

export interface MedoidsModel extends TableModel {
  schema: 'lloyd.medoids'
  lloyd: string
  k: number
  /** With `precomputed`, the columns of the model are the distances to its medoids. */
  metric: (typeof KMEDOIDS.metric.names)[number]
  /** Rows of the medoids in the table, from 0. */
  medoids: number[]
  /** The medoids in the units of clustering, to be rounded to float32: k rows; none with `precomputed`. */
  clusteredMedoids: number[][]
  sizes: number[]
  /** The sum of the distances of all rows to their medoids, in the units of clustering. */
  cost: number
  iterations: number
  converged: boolean
  method: KMedoids['method']
  seed: number
}

export function medoidsModel(
  { points, rows }: Prepared,
  { metric, seed }: Pick<MedoidsModel, 'metric' | 'seed'>,
  { medoids, sizes, cost, iterations, converged, method }: KMedoids,
): Own<MedoidsModel> {
  return {
    schema: 'lloyd.medoids',
    k: medoids.length,
    metric,
    medoids: Array.from(medoids, (row) => rows.rows[row]),
    clusteredMedoids: metric === 'precomputed' ? [] : Array.from(medoids, (row) => rowOf(points, row)),
    sizes: [...sizes],
    ...{ cost, iterations, converged, method, seed },
  }
}

export const faultOfMedoids: FaultOf<MedoidsModel> = ({ columns, k, metric, clusteredMedoids }, isRow) => {
  const { names } = KMEDOIDS.metric
  if (!isIntegerFrom(k, 1)) return 'k is not a number of clusters'
  if (!names.some((name) => name === metric)) return `metric is not ${names.join(', ')}`
  const { length: width } = columns as string[]
  if (metric === 'precomputed') return width === k ? null : `columns is not the names of ${k} columns of distances`
  return isList(clusteredMedoids, k as number, isRow) ? null : `clusteredMedoids is not ${k} rows of ${width} numbers`
}
