import type { SimdHost } from '../../../engine/host/simd-engine.js'
import type { Turns } from '../../medoids/turns.js'
import type { HostFit, HostSettings } from './host-fit.js'
import type { HostPoints } from './host-points.js'
import { trialsOf } from './host-seeds.js'

/** Bytes of FitPoints and FitRun in src/simd/assembly/fit-points.ts, whose words are written below in their order. */
const POINTS_BYTES = 40
const RUN_BYTES = 64
/** The words of a run that tell whether it has ended, and its inertia, in units of 4 and 8 bytes. */
const ENDED = 9
const INERTIA = 7
/** Bytes that a thread needs: the nearest centroids of a panel and scores. */
const SCRATCH_BYTES = 96
/** Rows of a panel. */
const PANEL = 8
/** Relative rounding of float32. */
const UNIT = 2 ** -24
/** The greatest ‖x‖² is within these, so that no square of a difference that counts leaves float32. */
const [LEAST, GREATEST] = [1e-24, 1e24]
/** Multiply-adds between two turns: some 10 ms. */
const WORK = 2 ** 26

/** Where the arrays of a run are. */
interface Places {
  centroids: number
  values: number[]
}

/**
 * The best of runs of k clusters from first centroids, or from the seed of each that `seedOnHost` takes: what `fitOnHost` finds
 * from them, by the same operations, with SIMD and in several threads. Null where float32 cannot tell distances apart.
 */
export async function fitWithSimd(
  host: SimdHost,
  points: HostPoints,
  k: number,
  starts: readonly Float64Array[] | readonly number[],
  { threshold, maxIterations }: HostSettings,
  turns: Turns,
): Promise<HostFit | null> {
  const { data, columns, weights } = points
  const rows = weights.length
  const panels = Math.ceil(rows / PANEL)
  const plain = weights.every((weight) => weight === 1)
  let bytes = 0
  const place = (count: number) => {
    const at = bytes
    bytes += 64 * Math.ceil(count / 64)
    return at
  }
  const words = place(POINTS_BYTES)
  const table = place(RUN_BYTES * starts.length)
  const shared = [place(8 * data.length), plain ? 0 : place(8 * rows), place(32 * panels * columns), place(32 * panels)]
  const runs = starts.map(() => placeRun(place, k, columns, panels))
  const base = host.memory.allocate(bytes)
  if (base === 0) return null
  try {
    const floats = (at: number, count: number) => new Float64Array(host.memory.memory.buffer, base + at, count)
    const integers = (at: number, count: number) => new Int32Array(host.memory.memory.buffer, base + at, count)
    floats(shared[0], data.length).set(data)
    if (!plain) floats(shared[1], rows).set(weights)
    integers(words, 6).set([...shared.map((at) => at && base + at), rows, columns])
    const greatest = host.exports.packFitPoints(base + words)
    if (!(greatest > LEAST && greatest < GREATEST)) return null
    floats(words + 24, 2).set([threshold ?? -1, marginOf(greatest, columns)])
    for (const [i, run] of runs.entries()) {
      const start = starts[i]
      if (typeof start !== 'number') floats(run.centroids, k * columns).set(start)
      integers(run.values[3], PANEL * panels).fill(-1)
      integers(table + i * RUN_BYTES, 11).set([
        ...run.values.map((at) => base + at),
        0,
        k,
        maxIterations,
        0,
        Number(start),
      ])
    }
    if (typeof starts[0] === 'number') {
      const trials = trialsOf(k)
      const items = { first: 0, end: runs.length, work: rows * columns * k * trials, align: 1 }
      host.share('seedRuns', items, 24 * (rows + 1), base + table, base + words, trials)
    }
    const work = rows * columns * k
    const iterations = Math.max(1, Math.floor(WORK / work / runs.length))
    const items = { first: 0, end: runs.length, work: iterations * work, align: 1 }
    const ended = (i: number) => integers(table + i * RUN_BYTES, ENDED + 1)[ENDED] > 0
    while (!runs.every((_, i) => ended(i))) {
      if (turns.due) await turns.take()
      host.share('advanceRuns', items, SCRATCH_BYTES, base + table, base + words, iterations)
    }
    const inertias = runs.map((_, i) => floats(table + i * RUN_BYTES, INERTIA + 1)[INERTIA])
    const best = inertias.indexOf(Math.min(...inertias))
    return { centroids: floats(runs[best].centroids, k * columns).slice(), inertia: inertias[best] }
  } finally {
    host.memory.free(base, bytes)
  }
}

/** Places of the arrays of a run, in the order of their words. */
function placeRun(place: (bytes: number) => number, k: number, columns: number, panels: number): Places {
  const centroids = place(8 * k * columns)
  const sizes = [8 * k * columns, 8 * k, 4 * PANEL * panels, 8 * panels, 8 * Math.ceil(k / 2) * (columns + 1)]
  return { centroids, values: [centroids, ...sizes.map(place)] }
}

/**
 * Above the rounding of differences of squared distances in float32: those of x, c, their product over the columns, ‖x‖² and
 * ‖c‖², each of two distances, for norms up to the greatest.
 */
const marginOf = (greatest: number, columns: number): number => UNIT * (4 * columns + 32) * greatest
