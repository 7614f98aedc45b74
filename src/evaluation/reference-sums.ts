import type { HostPoints } from '../clustering/kmeans/host/host-points.js'
import { fitPoints } from '../clustering/kmeans/kmeans.js'
import { findOrigin } from '../data/origin.js'
import { type PointSet, withPointSet } from '../data/points.js'
import type { Executor } from '../engine/engine.js'
import { randomBits } from '../kernels/shared/random.js'
import { type CountSettings, createHostFits, fitsOnHost } from './host-fits.js'

/** Share of the sum of squares of all points below which one of clusters is a rounding error. */
const ROUNDING = 1e-12
/** The stream of random numbers that reference points come from. */
const STREAM = 0x676170
/**
 * Most multiply-adds of an iteration for which the host takes no longer than commands to a device; and than a software
 * adapter or the CPU executor, which compute on the same cores without its bounds.
 */
const HOST_WORK = 2 ** 19
const SAME_CORES_WORK = 2 ** 22

/** ln of sums of squares; what rounding leaves of nothing counts as one number, and points without extent have 0. */
export function logOf({ meanVariance, columns, totalWeight, weightUnit }: PointSet): (inertia: number) => number {
  const least = ROUNDING * meanVariance * columns * totalWeight * weightUnit
  return (inertia) => (least > 0 ? Math.log(Math.max(inertia, least)) : 0)
}

/**
 * The sums of squares of points that are uniform in the box of a set, clustered with every number of clusters: for each of
 * so many references, by the numbers of clusters.
 */
export async function referenceSums(
  executor: Executor,
  set: PointSet,
  counts: readonly number[],
  { references, ...settings }: CountSettings & { references: number },
  onFit: () => void,
): Promise<number[][]> {
  const work = set.rows * set.columns * counts[counts.length - 1]
  const most = executor.traits.narrowWorkgroups ? SAME_CORES_WORK : HOST_WORK
  const sumsOf = fitsOnHost(settings) && work <= most ? sumsOnHost : sumsOnEngine
  const fit = sumsOf(executor, set, counts, settings)
  const sums: number[][] = []
  for (let reference = 0; reference < references; reference++) {
    const seed = randomBits(settings.seed, reference, STREAM)
    sums.push(await fit(uniformPoints(set, seed), seed, onFit))
  }
  return sums
}

/** Clusters reference points, in working coordinates, with every number of clusters. */
type Sums = (points: Float64Array, seed: number, onFit: () => void) => Promise<number[]>

function sumsOnHost(_executor: Executor, set: PointSet, counts: readonly number[], settings: CountSettings): Sums {
  const { columns, rows, scale, weightUnit } = set
  const weights = set.weights ? Float64Array.from(set.weights) : new Float64Array(rows).fill(1)
  const hostFits = createHostFits(settings)
  return async (data, seed, onFit) => {
    const points: HostPoints = { data, columns, weights }
    const inertias: number[] = []
    for (const k of counts) {
      const { inertia } = await hostFits(points, k, settings.restarts, seed)
      inertias.push((inertia / scale / scale) * weightUnit)
      onFit()
    }
    return inertias
  }
}

function sumsOnEngine(executor: Executor, set: PointSet, counts: readonly number[], settings: CountSettings): Sums {
  const { rows, columns, scale } = set
  const { weights, signal } = settings
  return async (working, _seed, onFit) => {
    const data = Float32Array.from(working, (value) => value / scale)
    const fit = async (points: PointSet) => {
      const inertias: number[] = []
      for (const k of counts) {
        inertias.push((await fitPoints(executor, points, { ...settings, k, onProgress: undefined }, null)).inertia)
        onFit()
      }
      return inertias
    }
    return await withPointSet(executor, { data, rows, columns }, { weights, signal, originOf: findOrigin }, fit)
  }
}

/** As many points as a set has, uniform in its box, in working coordinates. */
function uniformPoints({ rows, columns, least, greatest }: PointSet, seed: number): Float64Array {
  const data = new Float64Array(rows * columns)
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const unit = randomBits(seed, at, STREAM) / 2 ** 32
      data[at++] = least[column] + (greatest[column] - least[column]) * unit
    }
  }
  return data
}
