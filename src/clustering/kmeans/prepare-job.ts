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
   * `rows` × `columns` float32, spread over less than 10¹⁸: a buffer of yours (STORAGE), or a matrix, which is uploaded
   * here; or a 2D texture of yours (COPY_SRC) with `rows` texels, read anew in every round, whose first `columns` channels
   * are the coordinates: r, rg, rgba of 8unorm (0 … 1), 16float or 32float, or bgra8unorm, which is read as rgba. Of
   * mipmaps it is the largest; -srgb formats are read as they are stored.
   */
  points: GPUBuffer | GpuMatrix | Matrix<TypedArray> | GPUTexture
  /**
   * `k` × `columns` float32 in the points' units, where the centroids start and where they are left: a buffer of yours
   * (STORAGE), or a matrix, from which lloyd makes a buffer of its own. Without them they begin, in the first round, as
   * `k` different rows of the points, drawn at random by `seed`. Beside a matrix of points in float64 that has an `origin`,
   * a matrix or nothing.
   */
  centroids?: GPUBuffer | Matrix<TypedArray>
  /**
   * `rows` × u32, where the labels are left: a buffer of yours (STORAGE); lloyd's own by default. `readLabels` and
   * `readCentroids` need COPY_SRC on yours.
   */
  labels?: GPUBuffer
}

/** What a job works on. */
export interface Prepared extends RoundBuffers {
  /** The caller's buffers, by what they are bound as. */
  given: Record<string, GPUBuffer>
  /** Why the device refused what this job asked of it, once that is known. */
  refused: Promise<LloydError | null>
  scope: BufferScope
  steps: Step[]
  recording: Recording | null
  texture: TexturePoints | null
  origin: Float64Array | null
  gpuLabels: GPUBuffer | null
  gpuCentroids: GPUBuffer | null
}

/** Binds a job's buffers, those that are given and lloyd's own, and makes the steps of its rounds. */
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
