import type { HostPoints } from '../clustering/kmeans/host/host-points.js'
import { fitPoints, type KMeans } from '../clustering/kmeans/kmeans.js'
import { copyRows, sampleRows } from '../clustering/kmeans/seeding.js'
import type { PointSet } from '../data/points.js'
import { BufferScope, type Executor } from '../engine/engine.js'
import { type CountSettings, createHostFits, fitsOnHost } from './host-fits.js'

type Fit = KMeans<Float32Array | Float64Array>

/** Number of runs on the host for each of `restarts`. */
const RUNS = 10
/** Most multiply-adds of an iteration of such a run, and fewest rows of its sample for a cluster. */
const MOST_WORK = 2 ** 18
const LEAST_ROWS = 16

/**
 * Fits a set with numbers of clusters up to `most`: the best of `restarts` runs of `kmeans`, and of one that begins with the
 * centroids that ten times as many runs on the host found, of all points or a sample of them. A poor local optimum of the
 * points looks like a gap, or hides one.
 */
export async function createPointFits(
  executor: Executor,
  set: PointSet,
  most: number,
  settings: CountSettings,
): Promise<(k: number) => Promise<Fit>> {
  const { columns } = set
  const { restarts, seed } = settings
  const count = Math.min(set.rows, Math.floor(MOST_WORK / (columns * most)))
  const searches = fitsOnHost(settings) && (count === set.rows || count >= LEAST_ROWS * most)
  const sample = searches ? await readSample(executor, set, count, seed) : null
  const hostFits = createHostFits(settings)
  return async (k) => {
    const own = { ...settings, k, onProgress: undefined }
    const fit = await fitPoints(executor, set, own, null)
    if (!sample || k === 1) return fit
    const { centroids } = await hostFits(sample, k, RUNS * restarts, seed)
    const start = { data: set.fromWorking(Float32Array.from(centroids)), rows: k, columns }
    const other = await fitPoints(executor, set, own, start)
    return other.inertia < fit.inertia ? other : fit
  }
}

/** Working coordinates of a random sample of the rows, or of all of them. */
async function readSample(executor: Executor, set: PointSet, count: number, seed: number): Promise<HostPoints> {
  const { columns, weights } = set
  const rows = sampleRows(set.rows, count, seed)
  const data = new Float64Array(count * columns)
  const most = Math.floor(executor.maxBufferBytes / (4 * columns))
  for (let first = 0; first < count; first += most) {
    const part = rows.slice(first, first + most)
    const scope = new BufferScope(executor)
    try {
      const gathered = scope.allocate('evaluation.sample', 4 * part.length * columns)
      await copyRows(executor, set, part, gathered)
      data.set(new Float32Array(await executor.read(gathered)), first * columns)
    } finally {
      scope.release()
    }
  }
  return { data, columns, weights: Float64Array.from(rows, (row) => weights?.[row] ?? 1) }
}
