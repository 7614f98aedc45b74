import {
  applyScaling,
  type ColumnScaling,
  chooseScaling,
  describeRow,
  LloydError,
  type Matrix,
  missingCells,
  type NumberColumn,
  type ScalingKind,
  type Table,
  type TablePoints,
  type TablePointsOptions,
  tablePoints,
} from 'lloyd'
import { formatQuantity } from '../numbers.js'

/** The rows of a table that are used. */
export interface Rows extends TablePoints {
  /** A sentence on the treatment of missing cells, or null when there were none. */
  remark: string | null
}

/**
 * Collects the points from their columns. Under the policy `mean`, missing cells become `means`, by default those of
 * the columns.
 */
export function takeRows(
  path: string,
  table: Table,
  { used, weights }: { used: readonly NumberColumn[]; weights: NumberColumn | null },
  policy: TablePointsOptions['missing'],
  means?: readonly number[],
): Rows {
  const missing = missingCells(table, weights ? [...used, weights] : used, path)
  let remark: string | null = null
  if (missing) {
    const where = `the first in ${describeRow(table, missing.row)}, column '${missing.column}'`
    remark = `${path} has ${formatQuantity(missing.cells, 'missing cell')} in ${formatQuantity(missing.rows, 'row')}, ${where}`
    if (policy === 'refuse') {
      throw new LloydError('InputError', `${remark}; give --missing drop to leave such rows out, or --missing mean`)
    }
    if (policy === 'drop' && missing.rows === table.rows) {
      throw new LloydError('InputError', `every row of ${path} has a missing cell; choose other columns with --columns`)
    }
    remark += policy === 'drop' ? '; such rows are left out' : '; they are replaced by the mean of their column'
  }
  return { ...tablePoints(table, used, { weights: weights?.name, missing: policy, means, name: path }), remark }
}

const FLOAT32_FAULT = /is too (small|large) for float32; [^;]*$/

/** The points in the units of clustering, by a scaling that is chosen for them or given. */
export function scaleRows(
  { points }: Rows,
  how: ScalingKind | ColumnScaling,
  names: readonly string[],
): { scaling: ColumnScaling; points: Matrix } {
  try {
    const scaling = typeof how === 'string' ? chooseScaling(points, how, names) : how
    return { scaling, points: applyScaling(points, scaling, names) }
  } catch (error) {
    if (!(error instanceof LloydError && FLOAT32_FAULT.test(error.message))) throw error
    const message = `${error.message} (kmeans, elbow, dbscan and hdbscan can --standardize it)`
    throw new LloydError(error.code, message, { cause: error })
  }
}
