import type { SimdHost, SimdImplementation } from '../engine/host/simd-engine.js'
import type { combineDensities } from '../kernels/mixture/combine-densities.js'
import { momentCount, recordLayout } from '../kernels/mixture/component-records.js'
import type { pointDensities } from '../kernels/mixture/point-densities.js'
import type { pointMoments } from '../kernels/mixture/point-moments.js'

/** Multiply-adds that an exponential takes as long as. */
const EXPONENTIAL_WORK = 16

/** Bytes of 4 points and their whitened coordinates, and of some numbers of each. */
const pointBytes = (columns: number) => 32 * columns + 48

export const pointDensitiesSimd: SimdImplementation<typeof pointDensities> = (host, parameters, at, flags) => {
  const { firstRow, rows, columns, components } = parameters
  const recordBytes = 4 * recordLayout(columns, flags.DIAGONAL).size
  const densities = flags.EACH ? at.densities : 0
  const diagonal = Number(flags.DIAGONAL)
  const buffers = [at.points, at.records, at.logDensities, at.labels, densities, 0]
  const numbers = [...buffers, firstRow, rows, columns, components, recordBytes, diagonal, 0]
  const work = 4 * components * (momentCount(columns, flags.DIAGONAL) + EXPONENTIAL_WORK)
  const items = { first: 0, end: Math.ceil(rows / 4), work, align: 1 }
  host.scratch(4 * numbers.length, (task) => {
    new Uint32Array(host.memory.memory.buffer, task, numbers.length).set(numbers)
    host.share('mixtureDensities', items, pointBytes(columns) + 16 * components, task)
  })
  takeLogs(host, at.logDensities, firstRow, rows)
}

/** Replaces the sums of terms by their logarithms. */
function takeLogs({ memory }: SimdHost, logDensities: number, firstRow: number, rows: number): void {
  const logs = new Float32Array(memory.memory.buffer, logDensities, 2 * (firstRow + rows))
  for (let place = 2 * firstRow + 1; place < logs.length; place += 2) logs[place] = Math.log(logs[place])
}

export const combineDensitiesSimd: SimdImplementation<typeof combineDensities> = (host, parameters, at, flags) => {
  const { firstRow, rows, components } = parameters
  const items = { first: 0, end: Math.ceil(rows / 4), work: 8 * components * EXPONENTIAL_WORK, align: 1 }
  const weights = flags.WEIGHTED ? at.weights + 4 * firstRow : 0
  const buffers = [at.densities, weights, at.logDensities + 8 * firstRow, at.labels + 4 * firstRow]
  host.share('combineDensities', items, 16, ...buffers, rows, components)
  takeLogs(host, at.logDensities, firstRow, rows)
}

export const pointMomentsSimd: SimdImplementation<typeof pointMoments> = (host, parameters, at, flags) => {
  const { firstRow, rows, columns, components, slices } = parameters
  const values = momentCount(columns, flags.DIAGONAL)
  const recordBytes = 4 * recordLayout(columns, flags.DIAGONAL).size
  const diagonal = Number(flags.DIAGONAL)
  // Slices of whole groups of four; the last ones may be empty.
  const span = 4 * Math.ceil(rows / (4 * slices))
  const [weights, given] = [flags.WEIGHTED ? at.weights : 0, flags.GIVEN ? at.responsibilities : 0]
  const buffers = [at.points, at.records, at.logDensities, weights, given, at.slices]
  const numbers = [...buffers, firstRow, rows, columns, components, recordBytes, diagonal, span]
  const items = { first: 0, end: slices, work: span * components * (2 * values + EXPONENTIAL_WORK), align: 1 }
  host.scratch(4 * numbers.length, (task) => {
    new Uint32Array(host.memory.memory.buffer, task, numbers.length).set(numbers)
    host.share('mixtureMoments', items, pointBytes(columns) + 16 * values, task, values)
  })
}
