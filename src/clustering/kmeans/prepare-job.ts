import { bindTexture, type TexturePoints } from '../../data/texture-points.js'
import { BufferScope, type Executor, gpuBufferOf, type Recording, type Step, step } from '../../engine/engine.js'
import type { LloydError } from '../../engine/error.js'
import { bake } from '../../engine/webgpu/recording.js'
import { KMeansState } from '../../kernels/kmeans/kmeans-state.js'
import { NONE } from '../../kernels/shared/none.js'
import type { GpuMatrix, Matrix, TypedArray } from '../../types.js'
import { bindBuffer, bindMatrix, givenBuffers, originOf, requireDistinct } from './job-bindings.js'
import { type KMeansShape, type RoundBuffers, type RoundKernels, roundSteps } from './kmeans-round.js'
import { sampleRows } from './seeding.js'

export interface KMeansBindings {
  /**
   * `rows` × `columns` float32, whose range is below 10¹⁸: your buffer (STORAGE), or a matrix, which is uploaded here;
   * or your 2D texture (COPY_SRC) with `rows` texels, read again in every round, whose first `columns` channels are the
   * coordinates: r, rg or rgba of 8unorm (0 … 1), 16float or 32float, or bgra8unorm, which is read as rgba. The largest
   * mipmap level is used; -srgb formats are read as stored.
   */
  points: GPUBuffer | GpuMatrix | Matrix<TypedArray> | GPUTexture
  /**
   * `k` × `columns` float32 in the points' units, the first centroids, replaced by the result: your buffer (STORAGE),
   * or a matrix, which is copied to one of lloyd's. Without them, they start, in the first round, as `k` different rows
   * of the points, drawn at random by `seed`. With a matrix of points in float64 that has an `origin`, a matrix or
   * nothing.
   */
  centroids?: GPUBuffer | Matrix<TypedArray>
  /**
   * `rows` × u32, the buffer for the labels: yours (STORAGE), by default lloyd's. `readLabels` and `readCentroids` need
   * COPY_SRC on yours.
   */
  labels?: GPUBuffer
}

/** The buffers and recording of a prepared job. */
export interface Prepared extends RoundBuffers {
  /** The caller's buffers, by the names of their bindings. */
  given: Record<string, GPUBuffer>
  /** The device's error about this job's commands, once it is known. */
  refused: Promise<LloydError | null>
  scope: BufferScope
  steps: Step[]
  recording: Recording | null
  texture: TexturePoints | null
  origin: Float64Array | null
  gpuLabels: GPUBuffer | null
  gpuCentroids: GPUBuffer | null
}

/** Binds a job's buffers, given ones and lloyd's own, and creates the steps of its rounds. */
export function bindJob(
  executor: Executor,
  kernels: RoundKernels,
  shape: Required<KMeansShape>,
  { points, centroids, labels }: KMeansBindings,
): Omit<Prepared, 'refused'> {
  const { rows, columns, k, seed } = shape
  const scope = new BufferScope(executor, { fresh: true })
  try {
    const origin = originOf(points, centroids)
    const texture = isTexture(points) ? bindTexture(executor, scope, points, rows, columns) : null
    const bound = {
      points: isTexture(points)
        ? scope.allocate('kmeans.points', 4 * rows * columns)
        : bindMatrix(executor, scope, 'points', points, { rows, columns, origin }),
      centroids:
        centroids !== undefined
          ? bindMatrix(executor, scope, 'centroids', centroids, { rows: k, columns, origin })
          : scope.allocate('kmeans.ownCentroids', 4 * k * columns),
      rowNumbers:
        centroids !== undefined ? null : scope.upload('kmeans.rowNumbers', Uint32Array.from(sampleRows(rows, k, seed))),
      labels:
        labels !== undefined
          ? bindBuffer(executor, 'labels', labels, 0, 4 * rows)
          : scope.allocate('kmeans.labels', 4 * rows),
      state: scope.allocate('kmeans.state', 4 * (KMeansState.moves + 1)),
      firstBad: scope.upload('kmeans.firstBad', new Uint32Array([NONE])),
    }
    requireDistinct({ points: bound.points, centroids: bound.centroids, labels: bound.labels })
    const { texels } = kernels
    const steps = roundSteps(kernels, shape, scope, bound)
    if (texture && texels) {
      steps.unshift(step(texels, texture.parameters, { rows: texture.copy, points: bound.points }))
    }
    return {
      scope,
      given: givenBuffers({ points, centroids, labels }),
      steps,
      recording: executor.traits.records ? bake(executor, steps) : null,
      texture,
      origin,
      ...bound,
      gpuLabels: gpuBufferOf(bound.labels),
      gpuCentroids: gpuBufferOf(bound.centroids),
    }
  } catch (error) {
    scope.release()
    throw error
  }
}

const isTexture = (points: KMeansBindings['points']): points is GPUTexture =>
  typeof points === 'object' && points !== null && 'createView' in points
