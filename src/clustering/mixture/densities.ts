import { findOrigin } from '../../data/origin.js'
import { withPointSet } from '../../data/points.js'
import { type Engine, executorOf } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import { MAX_MIXTURE_COLUMNS } from '../../options/mixture.js'
import type { Matrix, Points } from '../../types.js'
import { fromOrigin } from './components.js'
import { type MixtureParameters, readMixture } from './given-mixture.js'
import { MixturePass } from './mixture-pass.js'

/**
 * The responsibilities of the components of a mixture for points, rows × K: the probability that a point comes from a
 * component, π N(x; μ, Σ) / p(x), as float32. The sum of a row is 1.
 *
 * @throws LloydError `InputError` for points or a mixture that do not fit one another, NaN or infinity in them.
 */
export async function responsibilities(engine: Engine, points: Points, mixture: MixtureParameters): Promise<Matrix> {
  const columns = mixture?.means?.rows
  let data = new Float32Array()
  const { labels } = await measure(engine, points, mixture, (part, firstRow, rows, all) => {
    if (data.length === 0) data = new Float32Array(all * columns)
    for (let row = 0; row < rows; row++) {
      const start = (firstRow + row) * columns
      for (let column = 0; column < columns; column++) data[start + column] = part[column * rows + row]
    }
  })
  return { data, rows: labels.length, columns }
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
): Promise<Float64Array<ArrayBuffer>> {
  return (await measure(engine, points, mixture)).logDensities
}

/** The components that points belong to. Plain data. */
export interface MixtureMemberships {
  /** The most probable component of each point, the lowest among equals. */
  labels: Uint32Array
  /** Its responsibility for the point, as float32. */
  probabilities: Float32Array
  /** log p(x) of each point, as `logDensities` gives it. */
  logDensities: Float64Array
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
): Promise<MixtureMemberships> {
  let probabilities = new Float32Array()
  const measured = await measure(engine, points, mixture, (part, firstRow, rows, all) => {
    if (probabilities.length === 0) probabilities = new Float32Array(all)
    const most = probabilities.subarray(firstRow, firstRow + rows)
    for (let start = 0; start < part.length; start += rows) {
      for (let row = 0; row < rows; row++) most[row] = Math.max(most[row], part[start + row])
    }
  })
  return { ...measured, probabilities }
}

async function measure(
  engine: Engine,
  points: Points,
  mixture: MixtureParameters,
  visit?: (responsibilities: Float32Array, firstRow: number, rows: number, all: number) => void,
): ReturnType<MixturePass['densities']> {
  const executor = executorOf(engine)
  const components = readMixture(mixture)
  const check = (_: number, columns: number) => {
    if (columns === components.columns) return
    throw new LloydError('InputError', `the points have ${columns} columns, the mixture ${components.columns}`)
  }
  const source = { check, maxColumns: MAX_MIXTURE_COLUMNS, originOf: findOrigin }
  return await withPointSet(executor, points, source, async (set) => {
    const pass = await MixturePass.create(executor, set, components)
    try {
      const relative = { ...components, means: fromOrigin(set, components.means) }
      const each =
        visit && ((part: Float32Array, firstRow: number, rows: number) => visit(part, firstRow, rows, set.rows))
      return await pass.densities(relative, each)
    } finally {
      pass.release()
    }
  })
}
