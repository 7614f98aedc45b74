import { type Engine, type Executor, executorOf } from '../engine/engine.js'
import { requireRecord } from '../engine/error.js'
import { nextTask } from '../engine/next-task.js'
import type { IndexedImage } from '../io/images/indexed-image.js'
import { type MeasuredPoints, type Metric, measurePoints } from '../neighbors/measured-points.js'
import { readOptions } from '../options/table.js'
import { VAT } from '../options/tendency.js'
import type { Matrix, Points, Progress } from '../types.js'
import { drawRows } from './draw-rows.js'

export interface VatOptions {
  /** Number of rows that are drawn, 1 … 4096; 500 by default. All rows where there are not more. */
  samples?: number
  /** Longest steps on the way that has the shortest, in place of distances, so that clusters of any shape are dark. */
  improved?: boolean
  /** Distance of points: Euclidean (the default), Manhattan, or the cosine distance 1 − cos, for which no point may be 0. */
  metric?: Metric
  /** Seed of the samples, 0 … 2³² − 1; 0 by default. */
  seed?: number
  /** Aborts the work; the promise rejects with `signal.reason`. */
  signal?: AbortSignal
  /** Stage: measure, which tells rows. */
  onProgress?: (progress: Progress) => void
}

export interface Vat {
  /** Rows of the points, in the order in which those of a cluster follow one another. */
  order: Uint32Array<ArrayBuffer>
  /** Distances of these rows, or the longest steps between them, with rows and columns in this order. */
  distances: Matrix
}

/** Milliseconds of work after which other tasks may run. */
const TURN = 40

/**
 * Distances in an order in which clusters are dark blocks along the diagonal (VAT, J. C. Bezdek and R. J. Hathaway, IJCNN
 * 2002): from an end of the largest distance on, the row that is nearest to any before follows. `improved` is iVAT (T. C.
 * Havens and J. C. Bezdek, IEEE TKDE 24, 2012). `vatImage` makes a picture of the result.
 *
 * @throws LloydError `InputError` for an argument outside its range, NaN or infinity in the points (with row and column)
 */
export async function vat(engine: Engine, points: Points, options: VatOptions = {}): Promise<Vat> {
  const executor = executorOf(engine)
  const settings = readOptions('vat', options, VAT)
  settings.signal?.throwIfAborted()
  await executor.idle() // Distances are measured here, but an engine that is gone is refused.
  const { sampled, rows } = await takeSample(executor, points, settings)
  const matrix = await measureAll(sampled, settings)
  const places = orderOf(matrix, rows.length)
  const distances = { data: reorder(matrix, places), rows: rows.length, columns: rows.length }
  if (settings.improved) improve(distances)
  return { order: places.map((place) => rows[place]), distances }
}

type Settings = VatOptions & { samples: number; seed: number; metric: Metric }

async function takeSample(executor: Executor, points: Points, { samples, seed, metric }: Settings) {
  const measured = await measurePoints(executor, points, metric, 0)
  const { data, columns } = measured
  const rows = drawRows(measured.rows, Math.min(samples, measured.rows), seed).sort()
  const taken = new Float32Array(rows.length * columns)
  for (let place = 0; place < rows.length; place++) {
    taken.set(data.subarray(rows[place] * columns, (rows[place] + 1) * columns), place * columns)
  }
  return { sampled: { ...measured, data: taken, rows: rows.length }, rows }
}

/** The distances of all pairs. */
async function measureAll(
  points: MeasuredPoints,
  { signal, onProgress }: Settings,
): Promise<Float32Array<ArrayBuffer>> {
  const { rows, distanceOf } = points
  const matrix = new Float32Array(rows * rows)
  let turn = performance.now()
  onProgress?.({ stage: 'measure', done: 0, total: rows })
  for (let row = 0; row < rows; row++) {
    for (let other = 0; other < row; other++) {
      const distance = distanceOf(measureBetween(points, row, other))
      matrix[row * rows + other] = distance
      matrix[other * rows + row] = distance
    }
    if (performance.now() - turn < TURN) continue
    await nextTask()
    signal?.throwIfAborted()
    onProgress?.({ stage: 'measure', done: row, total: rows })
    turn = performance.now()
  }
  onProgress?.({ stage: 'measure', done: rows, total: rows })
  signal?.throwIfAborted()
  return matrix
}

function measureBetween({ data, columns, manhattan }: MeasuredPoints, a: number, b: number): number {
  let measure = 0
  for (let column = 0; column < columns; column++) {
    const difference = data[a * columns + column] - data[b * columns + column]
    measure += manhattan ? Math.abs(difference) : difference * difference
  }
  return measure
}

/** Places in the order of Prim's algorithm from an end of the largest distance on; the lowest of equal ones first. */
function orderOf(matrix: Float32Array, rows: number): Uint32Array<ArrayBuffer> {
  let farthest = 0
  for (let at = 1; at < matrix.length; at++) if (matrix[at] > matrix[farthest]) farthest = at
  const order = new Uint32Array(rows)
  const nearest = new Float32Array(rows).fill(Infinity)
  let last = Math.floor(farthest / rows)
  for (let place = 0; place < rows; place++) {
    order[place] = last
    nearest[last] = Number.NaN
    let next = -1
    for (let other = 0; other < rows; other++) {
      const distance = matrix[last * rows + other]
      if (distance < nearest[other]) nearest[other] = distance
      if (!Number.isNaN(nearest[other]) && (next < 0 || nearest[other] < nearest[next])) next = other
    }
    last = next
  }
  return order
}

function reorder(matrix: Float32Array, order: Uint32Array): Float32Array<ArrayBuffer> {
  const rows = order.length
  const moved = new Float32Array(matrix.length)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < rows; column++) moved[row * rows + column] = matrix[order[row] * rows + order[column]]
  }
  return moved
}

/** Replaces distances in VAT order by the longest steps on the ways whose longest are the shortest. */
function improve({ data, rows }: Matrix): void {
  for (let row = 1; row < rows; row++) {
    const own = data.subarray(row * rows, row * rows + row)
    let nearest = 0
    for (let other = 1; other < row; other++) if (own[other] < own[nearest]) nearest = other
    const step = own[nearest]
    for (let other = 0; other < row; other++) {
      own[other] = other === nearest ? step : Math.max(step, data[nearest * rows + other])
      data[other * rows + row] = own[other]
    }
  }
}

/** Shades of grey of a picture, and its least side in pixels, as far as whole pixels a row make it. */
const SHADES = 256
const LEAST_SIDE = 512

/**
 * A picture of the distances for `encodePng`, black for 0 and white for the largest, with equal squares of pixels.
 *
 * @param result what `vat` returned
 */
export function vatImage(vat: Vat): IndexedImage {
  requireRecord('vat', 'the result of vat', vat, ['distances'])
  const { distances } = vat
  const { data, rows } = distances
  const zoom = Math.max(1, Math.round(LEAST_SIDE / rows))
  const side = rows * zoom
  let largest = 0
  for (let at = 0; at < data.length; at++) largest = Math.max(largest, data[at])
  const indices = new Uint8Array(side * side)
  const scale = largest > 0 ? (SHADES - 1) / largest : 0
  for (let y = 0, at = 0; y < side; y++) {
    const own = Math.floor(y / zoom) * rows
    for (let x = 0; x < side; x++) indices[at++] = Math.round(scale * data[own + Math.floor(x / zoom)])
  }
  const palette = new Uint8Array(4 * SHADES)
  for (let shade = 0; shade < SHADES; shade++) palette.set([shade, shade, shade, 255], 4 * shade)
  return { palette, indices, width: side, height: side }
}
