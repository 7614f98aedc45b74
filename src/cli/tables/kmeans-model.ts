import type { FaultOf, TableModel } from './model-table.js'

export interface KmeansModel extends TableModel {
  schema: 'lloyd.kmeans'
  lloyd: string
  k: number
  /** Centroids in the units of the table: k rows. */
  centroids: number[][]
  /** Centroids in the units of clustering, each exactly a float32: k rows. */
  clusteredCentroids: number[][]
  sizes: number[]
  /** Inertia, in the squared units of clustering. */
  inertia: number
  iterations: number
  converged: boolean
  seed: number
}

export const faultOfKmeans: FaultOf<KmeansModel> = ({ columns, k, clusteredCentroids: rows }, isRow) => {
  if (!Number.isInteger(k) || !((k as number) >= 1)) return 'k is not a number of clusters'
  if (Array.isArray(rows) && rows.length === k && rows.every(isRow)) return null
  return `clusteredCentroids is not ${k} rows of ${(columns as string[]).length} numbers`
}
