import { findOrigin } from '../../data/origin.js'
import { withPointSet } from '../../data/points.js'
import { type Engine, executorOf } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import { MAX_MIXTURE_COLUMNS, MEASURE_MIXTURE, PREDICT_MIXTURE } from '../../options/mixture.js'
import { readOptions } from '../../options/table.js'
import type { Matrix, Points, Progress } from '../../types.js'
import { fromOrigin } from './components.js'
import { type MixtureParameters, readMixture } from './given-mixture.js'
import { MixturePass } from './mixture-pass.js'

export interface MeasureMixtureOptions {
  /** Aborts the work; the promise rejects with `signal.reason`. */
  signal?: AbortSignal
  /** Stage: measure, with the number of points. */
  onProgress?: (progress: Progress) => void
}

export interface PredictMixtureOptions extends MeasureMixtureOptions {
  /** Whether `responsibilities` of all components are returned as well; default false. */
  responsibilities?: boolean
}

/**
 * The responsibilities of the components of a mixture for points, rows × K: the probability that a point comes from a
 * component, π N(x; μ, Σ) / p(x), as float32. The sum of a row is 1.
 *
 * @throws LloydError `InputError` for points or a mixture that do not fit one another, NaN or infinity in them.
 */
export async function responsibilities(
  engine: Engine,
  points: Points,
  mixture: MixtureParameters,
  options: MeasureMixtureOptions = {},
): Promise<Matrix> {
  const control = readOptions('responsibilities', options, MEASURE_MIXTURE)
  const all = collectResponsibilities()
  await measure(engine, points, mixture, control, all.visit)
  return all.matrix()
}

/**
 * log p(x) of every point, where p is the density of a mixture, in the points' units. Computed in float32 relative to a
 * constant in float64.
 *
 * @throws LloydError `InputError` for points or a mixture that do not fit one another, NaN or infinity in them.
 */
export async function logDensities(
  engine: Engine,
  points: Points,
  mixture: MixtureParameters,
  options: MeasureMixtureOptions = {},
): Promise<Float64Array<ArrayBuffer>> {
  const control = readOptions('logDensities', options, MEASURE_MIXTURE)
  return (await measure(engine, points, mixture, control)).logDensities
}

/** The components that points belong to. Plain data. */
export interface MixtureMemberships {
  /** The most probable component of each point, the lowest among equals. */
  labels: Uint32Array
  /** Its responsibility for the point, as float32. */
  probabilities: Float32Array
  /** log p(x) of each point, as `logDensities` gives it. */
  logDensities: Float64Array
  /** Those of all components, rows × K, as `responsibilities` gives them, if they are asked for. */
  responsibilities?: Matrix
}

/**
 * The most probable component of every point in a mixture, how probable it is, and the log density of the point. The points
 * that the mixture was fitted to get their own labels.
 *
 * @throws LloydError `InputError` for points or a mixture that do not fit one another, NaN or infinity in them.
 */
export async function predictMixture(
  engine: Engine,
  points: Points,
  mixture: MixtureParameters,
  options: PredictMixtureOptions = {},
): Promise<MixtureMemberships> {
  const { responsibilities, ...control } = readOptions('predictMixture', options, PREDICT_MIXTURE)
  let probabilities = new Float32Array()
  const all = responsibilities ? collectResponsibilities() : null
  const measured = await measure(engine, points, mixture, control, (part, firstRow, rows, allRows) => {
    if (probabilities.length === 0) probabilities = new Float32Array(allRows)
    const most = probabilities.subarray(firstRow, firstRow + rows)
    for (let start = 0; start < part.length; start += rows) {
      for (let row = 0; row < rows; row++) most[row] = Math.max(most[row], part[start + row])
    }
    all?.visit(part, firstRow, rows, allRows)
  })
  return { ...measured, probabilities, ...(all && { responsibilities: all.matrix() }) }
}

/** Gets the responsibilities of some rows, of so many in all, by component. */
type Visit = (part: Float32Array, firstRow: number, rows: number, allRows: number) => void

/** Puts together the responsibilities of all rows. */
function collectResponsibilities() {
  let all: Matrix = { data: new Float32Array(), rows: 0, columns: 0 }
  const visit: Visit = (part, firstRow, rows, allRows) => {
    const columns = part.length / rows
    if (all.rows === 0) all = { data: new Float32Array(allRows * columns), rows: allRows, columns }
    for (let row = 0; row < rows; row++) {
      const start = (firstRow + row) * columns
      for (let column = 0; column < columns; column++) all.data[start + column] = part[column * rows + row]
    }
  }
  return { visit, matrix: () => all }
}

async function measure(
  engine: Engine,
  points: Points,
  mixture: MixtureParameters,
  { signal, onProgress }: MeasureMixtureOptions,
  visit?: Visit,
): ReturnType<MixturePass['densities']> {
  const executor = executorOf(engine)
  signal?.throwIfAborted()
  const components = readMixture(mixture)
  const check = (_: number, columns: number) => {
    if (columns === components.columns) return
    throw new LloydError('InputError', `the points have ${columns} columns, the mixture ${components.columns}`)
  }
  const source = { signal, check, maxColumns: MAX_MIXTURE_COLUMNS, originOf: findOrigin }
  return await withPointSet(executor, points, source, async (set) => {
    const report = (done: number) => onProgress?.({ stage: 'measure', done, total: set.rows })
    report(0)
    const pass = await MixturePass.create(executor, set, components, signal)
    try {
      const relative = { ...components, means: fromOrigin(set, components.means) }
      const each =
        visit && ((part: Float32Array, firstRow: number, rows: number) => visit(part, firstRow, rows, set.rows))
      return await pass.densities(relative, each, report)
    } finally {
      pass.release()
    }
  })
}
