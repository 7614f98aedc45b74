import { readRow } from '../../data/column-summary.js'
import { notFinite } from '../../data/matrix.js'
import { type Executor, gpuBufferOf, type Recording, runSteps } from '../../engine/engine.js'
import { describeArgument, LloydError } from '../../engine/error.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import { copyFromTexture, copyRowsToBuffer } from '../../engine/webgpu/texture.js'
import { KMeansState, Stopped } from '../../kernels/kmeans/kmeans-state.js'
import { NONE } from '../../kernels/shared/none.js'
import { PREPARE } from '../../options/kmeans.js'
import { readOptions } from '../../options/table.js'
import type { Matrix } from '../../types.js'
import { requireKind, requireReadable, requireUsable } from './job-bindings.js'
import type { KMeansShape, RoundKernels } from './kmeans-round.js'
import { bindJob, type KMeansBindings, type Prepared } from './prepare-job.js'

/** A job: its kernels and, once it is prepared, its buffers. */
export class Job {
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
    const given = readOptions('prepare', bindings, PREPARE)
    this.#release()
    let prepared: Omit<Prepared, 'refused'> | null = null
    const refused = this.executor.apart(() => {
      prepared = bindJob(this.executor, this.kernels, this.shape, given)
    })
    this.#prepared = { ...(prepared as unknown as Omit<Prepared, 'refused'>), refused }
  }

  run(): void {
    const prepared = this.#require()
    const { steps, texture } = prepared
    const { executor } = this
    executor.submit()
    const refused = executor.apart(() => {
      if (texture) copyFromTexture(executor, texture.rows, texture.copy)
      runSteps(executor, ...steps)
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
    if (bad !== NONE) {
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

  /** Reads a buffer; rejects with the device's error about this job, which names the argument concerned. */
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
