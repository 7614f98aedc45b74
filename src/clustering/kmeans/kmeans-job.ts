import { readRow } from '../../data/column-summary.js'
import { MAX_COLUMNS, notFinite } from '../../data/matrix.js'
import { bindTexture, type TexturePoints } from '../../data/texture-points.js'
import {
  BufferScope,
  type Engine,
  type Executor,
  executorOf,
  gpuBufferOf,
  type Recording,
  type Step,
  step,
} from '../../engine/engine.js'
import { describeArgument, LloydError, requireInteger, requireKnownOptions } from '../../engine/error.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import { bake } from '../../engine/webgpu/recording.js'
import { copyFromTexture, copyRowsToBuffer } from '../../engine/webgpu/texture.js'
import { KMeansState, Stopped } from '../../kernels/kmeans/kmeans-state.js'
import type { GpuMatrix, Matrix, TypedArray } from '../../types.js'
import {
  bindBuffer,
  bindMatrix,
  givenBuffers,
  originOf,
  requireDistinct,
  requireKind,
  requireReadable,
  requireUsable,
} from './job-bindings.js'
import { compileRound, type KMeansShape, type RoundBuffers, type RoundKernels, roundSteps } from './kmeans-round.js'
import { MAX_CLUSTERS, requireClusterMemory } from './limits.js'
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
  requireKnownOptions('createKMeans', shape, ['rows', 'columns', 'k', 'iterations', 'seed'])
  const rows = requireInteger('rows', shape.rows, 1, 2 ** 31)
  const columns = requireInteger('columns', shape.columns, 1, MAX_COLUMNS)
  const k = requireInteger('k', shape.k, 1, Math.min(rows, MAX_CLUSTERS))
  const iterations = requireInteger('iterations', shape.iterations ?? 1, 1, 1000)
  const seed = requireInteger('seed', shape.seed ?? 0, 0, 0xffffffff)
  if (4 * rows * columns > executor.maxBufferBytes) {
    throw new LloydError(
      'InputError',
      `${rows} × ${columns} float32 exceed the ${executor.maxBufferBytes} bytes that this device binds; use kmeans()`,
    )
  }
  requireClusterMemory(executor, k, columns)
  return new Job(executor, { rows, columns, k, iterations, seed }, await compileRound(executor, { rows, columns, k }))
}

interface Prepared extends RoundBuffers {
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

class Job implements KMeansJob {
  #prepared: Prepared | null = null
  #destroyed = false

  constructor(
    private readonly executor: Executor,
    private readonly shape: Required<KMeansShape>,
    private readonly kernels: RoundKernels,
  ) {}

  get labels(): GPUBuffer | null {
    return this.#prepared?.gpuLabels ?? null
  }

  get centroids(): GPUBuffer | null {
    return this.#prepared?.gpuCentroids ?? null
  }

  get origin(): Float64Array | null {
    return this.#prepared?.origin ?? null
  }

  prepare(bindings: KMeansBindings): void {
    this.#requireUndestroyed()
    if (typeof bindings !== 'object' || bindings === null || ArrayBuffer.isView(bindings) || Array.isArray(bindings)) {
      const got = describeArgument(bindings)
      throw new LloydError(
        'InputError',
        `prepare needs the buffers to bind, { points, centroids?, labels? }, got ${got}`,
      )
    }
    requireKnownOptions('prepare', bindings, ['points', 'centroids', 'labels'])
    this.#release()
    let prepared: Omit<Prepared, 'refused'> | null = null
    const refused = this.executor.apart(() => {
      prepared = this.#bind(bindings)
    })
    this.#prepared = { ...(prepared as unknown as Omit<Prepared, 'refused'>), refused }
  }

  #bind({ points, centroids, labels }: KMeansBindings): Omit<Prepared, 'refused'> {
    const { executor } = this
    const { rows, columns, k, seed } = this.shape
    const scope = new BufferScope(executor, { fresh: true })
    try {
      const origin = originOf(points, centroids)
      const texture = isTexture(points) ? bindTexture(executor, scope, points, rows, columns) : null
      const bound = {
        points: isTexture(points)
          ? scope.allocate('kmeans.points', 4 * rows * columns)
          : bindMatrix(executor, scope, 'points', points, rows, columns, origin),
        centroids: centroids
          ? bindMatrix(executor, scope, 'centroids', centroids, k, columns, origin)
          : scope.allocate('kmeans.ownCentroids', 4 * k * columns),
        rowNumbers: centroids ? null : scope.upload('kmeans.rowNumbers', Uint32Array.from(sampleRows(rows, k, seed))),
        labels: labels
          ? bindBuffer(executor, 'labels', labels, 0, 4 * rows)
          : scope.allocate('kmeans.labels', 4 * rows),
        state: scope.allocate('kmeans.state', 4 * (KMeansState.moves + 1)),
        firstBad: scope.upload('kmeans.firstBad', new Uint32Array([0xffffffff])),
      }
      requireDistinct({ points: bound.points, centroids: bound.centroids, labels: bound.labels })
      const { texels } = this.kernels
      const steps = roundSteps(this.kernels, this.shape, scope, bound)
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

  run(): void {
    const prepared = this.#require()
    const { steps, texture } = prepared
    const { executor } = this
    executor.submit()
    const refused = executor.apart(() => {
      if (texture) copyFromTexture(executor, texture.rows, texture.copy)
      for (const { compiled, parameters, buffers } of steps) executor.run(compiled, parameters, buffers)
      executor.submit()
    })
    prepared.refused = Promise.all([prepared.refused, refused]).then(([before, now]) => before ?? now)
  }

  record(encoder: GPUCommandEncoder): void {
    requireKind('record', encoder, 'beginComputePass', 'GPUCommandEncoder', 'a compute pass goes to encode(pass)')
    const recording = this.#requireRecording()
    const { texture } = this.#require()
    if (texture) copyRowsToBuffer(encoder, texture.rows, gpuBufferOf(texture.copy) as GPUBuffer)
    const pass = encoder.beginComputePass({ label: 'lloyd.kmeans' })
    recording.encode(pass)
    pass.end()
  }

  encode(pass: GPUComputePassEncoder): void {
    requireKind('encode', pass, 'dispatchWorkgroups', 'GPUComputePassEncoder', 'an encoder goes to record(encoder)')
    const recording = this.#requireRecording()
    if (this.#require().texture) {
      throw new LloydError('InputError', 'a compute pass cannot copy from the texture of points; call record(encoder)')
    }
    recording.encode(pass)
  }

  async readLabels(): Promise<Uint32Array> {
    const { labels, gpuLabels } = this.#require()
    requireReadable('labels', gpuLabels)
    return new Uint32Array(await this.#read(labels))
  }

  async readCentroids(): Promise<Matrix<Float32Array | Float64Array>> {
    const { centroids, gpuCentroids, origin } = this.#require()
    requireReadable('centroids', gpuCentroids)
    const { k, columns } = this.shape
    const near = new Float32Array(await this.#read(centroids))
    const data = origin ? Float64Array.from(near, (value, i) => value + origin[i % columns]) : near
    return { data, rows: k, columns }
  }

  async readState(): Promise<{ iterations: number; converged: boolean }> {
    const { state, firstBad, points } = this.#require()
    const [words, [bad]] = await Promise.all(
      [state, firstBad].map(async (buffer) => new Uint32Array(await this.#read(buffer))),
    )
    if (bad !== 0xffffffff) {
      const { columns } = this.shape
      const row = Math.floor(bad / columns)
      const values = await readRow(this.executor, points, row, columns)
      throw notFinite('points', values[bad % columns], row, bad % columns)
    }
    return { iterations: words[KMeansState.iterations], converged: words[KMeansState.stopped] === Stopped.converged }
  }

  destroy(): void {
    this.#release()
    this.#destroyed = true
  }

  [Symbol.dispose](): void {
    this.destroy()
  }

  /** Reads a buffer, and rejects with what the device refused of this job, by the argument that it was about. */
  async #read(buffer: EngineBuffer): Promise<ArrayBuffer> {
    const prepared = this.#require()
    try {
      const bytes = await this.executor.read(buffer)
      const refused = await prepared.refused
      if (refused) throw refused
      return bytes
    } catch (error) {
      if (!(error instanceof LloydError)) throw error
      if (error.code === 'ShaderError') await requireUsable(this.executor, prepared.given)
      if (error.code === 'InputError' && prepared.texture)
        throw new LloydError('InputError', `points: ${error.message}`)
      throw error
    }
  }

  #requireUndestroyed(): void {
    if (this.#destroyed) throw new LloydError('InputError', 'the job was destroyed; make a new one with createKMeans()')
  }

  #require(): Prepared {
    this.#requireUndestroyed()
    if (!this.#prepared) throw new LloydError('InputError', 'the job has no buffers; call prepare({ points })')
    return this.#prepared
  }

  #requireRecording(): Recording {
    const { recording } = this.#require()
    if (!recording) throw new LloydError('InputError', 'the CPU executor records nothing; call run()')
    return recording
  }

  #release(): void {
    this.#prepared?.recording?.release()
    this.#prepared?.scope.release()
    this.#prepared = null
  }
}

const isTexture = (points: KMeansBindings['points']): points is GPUTexture =>
  typeof points === 'object' && points !== null && 'createView' in points
