import { type Engine, executorOf } from '../../engine/engine.js'
import { LloydError, requireInteger } from '../../engine/error.js'
import { CREATE_KMEANS } from '../../options/kmeans.js'
import { readOptions } from '../../options/table.js'
import type { Matrix } from '../../types.js'
import { Job } from './job.js'
import { compileRound, type KMeansShape } from './kmeans-round.js'
import { requireClusterMemory } from './limits.js'
import type { KMeansBindings } from './prepare-job.js'

/**
 * k-means that stays on the device, for pages and renderers that call it again and again.
 *
 * `run()` submits by itself. `record(encoder)` and `encode(pass)` only add dispatches, and `record` the copy of a texture, to what the caller submits: they
 * never submit, map, destroy or write anything that is the caller's except `labels` and `centroids`. They can be called
 * any number of times before one submit; each adds `iterations` iterations, which go on from `centroids`, and a last
 * assignment, so that the labels belong to the centroids. An empty cluster keeps its centroid. Iterations after
 * convergence (no label changed since the iteration before in the same round) change nothing.
 */
export interface KMeansJob extends Disposable {
  /**
   * Allocates and binds; may be called again with other buffers. Nothing is submitted. Like `destroy`, it frees buffers of
   * lloyd's that recorded rounds use: call it after their submit.
   */
  prepare(bindings: KMeansBindings): void
  /** One round on lloyd's own submit. Where a texture cannot be read, the next `read…` says so; call `prepare` anew then. */
  run(): void
  /** One round in a compute pass of its own on the caller's encoder. */
  record(encoder: GPUCommandEncoder): void
  /** One round in the caller's compute pass, which cannot copy: points in a texture need `record`. */
  encode(pass: GPUComputePassEncoder): void
  /** The buffers in use, yours or lloyd's; null on the CPU executor and before `prepare`. */
  readonly labels: GPUBuffer | null
  readonly centroids: GPUBuffer | null
  /**
   * What was taken from every point and centroid before they were rounded to float32, one number a column; null: nothing.
   * It is so where points in a float64 or 32-bit integer matrix lie far from 0 beside how they range, as times do.
   */
  readonly origin: Float64Array | null
  readLabels(): Promise<Uint32Array>
  /** In the points' units; float64 where there is an `origin`. */
  readCentroids(): Promise<Matrix<Float32Array | Float64Array>>
  /**
   * What became of the last round. Rejects with an `InputError` when the points had NaN or infinity in them; such a round
   * changes nothing, and the next looks anew.
   */
  readState(): Promise<{ iterations: number; converged: boolean }>
  destroy(): void
}

/**
 * Compiles k-means for points of one shape. All points must fit one binding; `kmeans` cuts larger ones.
 *
 * @throws LloydError `InputError` for a shape outside its range or beyond the device's binding.
 */
export async function createKMeans(engine: Engine, shape: KMeansShape): Promise<KMeansJob> {
  const executor = executorOf(engine)
  const settings = readOptions('createKMeans', shape, CREATE_KMEANS)
  const { rows, columns, k } = settings
  requireInteger('k', k, 1, rows)
  if (4 * rows * columns > executor.maxBufferBytes) {
    throw new LloydError(
      'InputError',
      `${rows} × ${columns} float32 exceed the ${executor.maxBufferBytes} bytes that this device binds; use kmeans()`,
    )
  }
  requireClusterMemory(executor, k, columns)
  return new Job(executor, settings, await compileRound(executor, settings))
}
