import { fitPoints, type KMeansSettings } from '../clustering/kmeans/kmeans.js'
import { findOrigin } from '../data/origin.js'
import { type PointSet, withPointSet } from '../data/points.js'
import type { Executor } from '../engine/engine.js'
import { randomBits } from '../kernels/shared/random.js'

/** Share of the sum of squares of all points below which one of clusters is a rounding error. */
const ROUNDING = 1e-12
/** The stream of random numbers that reference points come from. */
const STREAM = 0x676170

export type CountSettings = Omit<KMeansSettings, 'k' | 'onProgress'>

/** ln of sums of squares; what rounding leaves of nothing counts as one number, and points without extent have 0. */
export function logOf({ meanVariance, columns, totalWeight }: PointSet): (inertia: number) => number {
  const least = ROUNDING * meanVariance * columns * totalWeight
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
  const { rows, columns } = set
  const { weights, signal, seed } = settings
  const sums: number[][] = []
  for (let reference = 0; reference < references; reference++) {
    const data = uniformPoints(set, randomBits(seed, reference, STREAM))
    const fit = async (points: PointSet) => {
      const inertias: number[] = []
      for (const k of counts) {
        inertias.push((await fitPoints(executor, points, { ...settings, k, onProgress: undefined }, null)).inertia)
        onFit()
      }
      return inertias
    }
    sums.push(await withPointSet(executor, { data, rows, columns }, { weights, signal, originOf: findOrigin }, fit))
  }
  return sums
}

/** As many points as a set has, uniform in its box, less the shift of its columns, which changes no distance. */
function uniformPoints({ rows, columns, least, greatest, scale }: PointSet, seed: number): Float32Array<ArrayBuffer> {
  const data = new Float32Array(rows * columns)
  const from = least.map((value) => value / scale)
  const range = greatest.map((value, column) => (value - least[column]) / scale)
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      data[at] = from[column] + range[column] * (randomBits(seed, at, STREAM) / 2 ** 32)
      at++
    }
  }
  return data
}
