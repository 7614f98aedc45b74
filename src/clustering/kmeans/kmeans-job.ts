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
 * `run()` submits by itself. `record(encoder)` and `encode(pass)` only add dispatches (`record` also the copy of a
 * texture) to the caller's submit: they never submit, map, destroy or write anything of the caller's except `labels`
 * and `centroids`. They can be called any number of times before one submit; each adds `iterations` iterations, which
 * continue from `centroids`, and a last assignment, so that the labels match the centroids. An empty cluster keeps its
 * centroid. Iterations after convergence (no label changed since the previous iteration of the same round) change
 * nothing.
 */
export interface KMeansJob extends Disposable {
  /**
   * Allocates and binds; may be called again with other buffers. Submits nothing. Like `destroy`, it frees lloyd's
   * buffers that recorded rounds use: call it after their submit.
   */
  prepare(bindings: KMeansBindings): void
  /**
   * Runs one round in lloyd's own submit. If a texture cannot be read, the next `read…` rejects; call `prepare` again
   * then.
   */
  run(): void
  /** Records one round in its own compute pass on the caller's encoder. */
  record(encoder: GPUCommandEncoder): void
  /** Encodes one round in the caller's compute pass, which cannot copy: points in a texture need `record`. */
  encode(pass: GPUComputePassEncoder): void
  /** The buffers in use, yours or lloyd's; null on the CPU executor and before `prepare`. */
  readonly labels: GPUBuffer | null
  readonly centroids: GPUBuffer | null
  /**
   * The numbers subtracted from every point and centroid before they were rounded to float32, one per column; null:
   * none. Points in a float64 or 32-bit integer matrix have an origin if they lie far from 0 compared with their range,
   * as times do.
   */
  readonly origin: Float64Array | null
  readLabels(): Promise<Uint32Array>
  /** Reads the centroids in the points' units; float64 if there is an `origin`. */
  readCentroids(): Promise<Matrix<Float32Array | Float64Array>>
  /**
   * Reads the state of the last round. Rejects with an `InputError` if the points contained NaN or infinity; such a
   * round changes nothing, and the next one checks again.
   */
  readState(): Promise<{ iterations: number; converged: boolean }>
  destroy(): void
}

/**
 * Compiles k-means for points of one shape. All points must fit one binding; `kmeans` divides larger ones.
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
