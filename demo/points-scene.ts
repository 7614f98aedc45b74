import { createEngine, createKMeans, type Engine, type KMeansJob } from 'lloyd'
import shaders from './points.wgsl?raw'
import { BLOB_WORDS, BLOBS, blobsAt, extentOf, MARK_RADIUS, radiusOf } from './points-blobs'

const HEAD_WORDS = 12
const CLEAR = { r: 0.043, g: 0.047, b: 0.051, a: 1 } // --sunken

export interface Shape {
  points: number
  k: number
}

/** A page that already has its points and its renderer, and lets lloyd add k-means to its frames. */
export interface Scene {
  readonly adapter: Engine['adapter']
  readonly backend: Engine['backend']
  /** Maximum number of frames in flight. Another one would only wait, and delay every setting. */
  readonly framesInFlight: number
  /** Resolves to the reason when the device is gone. */
  readonly lost: Promise<string>
  /** Called with errors that no call reports. */
  onError: (message: string) => void
  /** Changes the number of points or clusters. Resolves to false if a newer call replaced this one. */
  setShape(shape: Shape): Promise<boolean>
  /** The canvas, in CSS pixels, and how many device pixels one of them has. */
  setSize(width: number, height: number, ratio: number): void
  /** Starts the centroids anew in the next frame, on other points. */
  sow(): void
  /**
   * Draws a frame at `time` (in s): moves the points, runs one round of k-means, and draws. Resolves when it is shown.
   */
  frame(time: number): Promise<void>
  /** Only the picture, after a change of size. */
  redraw(): void
  destroy(): void
}

/** The reason why there is no WebGPU for this page, in plain words. */
export class NoWebGpu extends Error {}

/** The page's own device, with lloyd running on it. Throws a `NoWebGpu` if there is none. */
export async function createScene(canvas: HTMLCanvasElement): Promise<Scene> {
  if (!navigator.gpu) {
    throw new NoWebGpu(
      isSecureContext
        ? 'This browser has no WebGPU.'
        : 'This page is not served over https, and browsers offer WebGPU only there.',
    )
  }
  const adapter = await navigator.gpu.requestAdapter().catch(() => null)
  if (!adapter) throw new NoWebGpu('This browser has WebGPU, but found no adapter for it.')
  const device = await adapter.requestDevice({ label: 'points' }).catch(({ message }: Error) => {
    throw new NoWebGpu(`The adapter gave no device: ${message}`)
  })
  const context = canvas.getContext('webgpu')
  if (!context) throw new NoWebGpu('This browser gives no WebGPU canvas.')
  const format = navigator.gpu.getPreferredCanvasFormat()
  context.configure({ device, format, alphaMode: 'opaque' })
  // lloyd runs on the page's device and never destroys it.
  const engine = await createEngine({ device })
  return new PointsScene(device, engine, context, await createPipelines(device, format))
}

type Pipelines = Awaited<ReturnType<typeof createPipelines>>

async function createPipelines(device: GPUDevice, format: GPUTextureFormat) {
  const module = device.createShaderModule({ label: 'points', code: shaders })
  const compute = (entryPoint: string) =>
    device.createComputePipelineAsync({
      label: `points.${entryPoint}`,
      layout: 'auto',
      compute: { module, entryPoint },
    })
  const over: GPUBlendComponent = { srcFactor: 'one', dstFactor: 'one-minus-src-alpha' }
  const render = (name: string) =>
    device.createRenderPipelineAsync({
      label: `points.${name}`,
      layout: 'auto',
      vertex: { module, entryPoint: `${name}Vertex` },
      fragment: { module, entryPoint: `${name}Fragment`, targets: [{ format, blend: { color: over, alpha: over } }] },
    })
  const [drift, sow, point, centroid] = await Promise.all([
    compute('drift'),
    compute('sow'),
    render('point'),
    render('centroid'),
  ])
  return { drift, sow, point, centroid }
}

/** The state for one number of points and clusters. */
interface SceneState extends Shape {
  job: KMeansJob
  buffers: GPUBuffer[]
  groups: Record<keyof Pipelines, GPUBindGroup>
}

class PointsScene implements Scene {
  readonly backend = 'webgpu'
  // Fewer would starve browsers that report finished work late.
  readonly framesInFlight = 4
  readonly adapter: Engine['adapter']
  readonly lost: Promise<string>
  onError: (message: string) => void = () => {}
  readonly #uniform: GPUBuffer
  readonly #uniformData = new ArrayBuffer(4 * (HEAD_WORDS + BLOBS * BLOB_WORDS))
  #state: SceneState | null = null
  #newest = 0
  #seed = 0
  #sown = false
  #ratio = 1

  constructor(
    private readonly device: GPUDevice,
    private readonly engine: Engine,
    private readonly context: GPUCanvasContext,
    private readonly pipelines: Pipelines,
  ) {
    this.adapter = engine.adapter
    this.lost = device.lost.then(({ reason, message }) => message || reason)
    device.onuncapturederror = ({ error }) => this.onError(error.message)
    this.#uniform = device.createBuffer({
      label: 'points.scene',
      size: this.#uniformData.byteLength,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    })
  }

  async setShape({ points, k }: Shape): Promise<boolean> {
    const call = ++this.#newest
    const job = await createKMeans(this.engine, { rows: points, columns: 2, k, iterations: 1 })
    if (call !== this.#newest) {
      job.destroy()
      return false
    }
    this.#leaveStage()
    this.#state = this.#createState(job, { points, k })
    this.#sown = false
    return true
  }

  setSize(width: number, height: number, ratio: number): void {
    const { canvas } = this.context
    const most = this.device.limits.maxTextureDimension2D
    canvas.width = Math.max(1, Math.min(Math.round(width * ratio), most))
    canvas.height = Math.max(1, Math.min(Math.round(height * ratio), most))
    this.#ratio = ratio
  }

  sow(): void {
    this.#seed++
    this.#sown = false
  }

  async frame(time: number): Promise<void> {
    const state = this.#state
    if (!state) return
    this.#writeUniform(state, time)
    const encoder = this.device.createCommandEncoder({ label: 'points.frame' })
    this.#drift(encoder, state)
    state.job.record(encoder)
    this.#draw(encoder, state)
    this.device.queue.submit([encoder.finish()])
    // Tells only that the work is done; nothing is mapped or copied.
    await this.device.queue.onSubmittedWorkDone()
  }

  redraw(): void {
    if (!this.#state) return
    this.#writeView(this.#state)
    const encoder = this.device.createCommandEncoder({ label: 'points.redraw' })
    this.#draw(encoder, this.#state)
    this.device.queue.submit([encoder.finish()])
  }

  destroy(): void {
    this.#newest++
    this.#leaveStage()
    this.engine.destroy()
    this.device.destroy()
  }

  /** The page's own buffers, given to lloyd to read the points from and to leave labels and centroids in. */
  #createState(job: KMeansJob, { points, k }: Shape): SceneState {
    const { device, pipelines } = this
    const allocate = (name: string, size: number) =>
      device.createBuffer({ label: `points.${name}`, size, usage: GPUBufferUsage.STORAGE })
    const positions = allocate('positions', 8 * points)
    const labels = allocate('labels', 4 * points)
    const centroids = allocate('centroids', 8 * k)
    job.prepare({ points: positions, centroids, labels })
    const group = (name: keyof Pipelines, buffers: Record<number, GPUBuffer>) =>
      device.createBindGroup({
        label: `points.${name}`,
        layout: pipelines[name].getBindGroupLayout(0),
        entries: Object.entries(buffers).map(([binding, buffer]) => ({
          binding: Number(binding),
          resource: { buffer },
        })),
      })
    const scene = this.#uniform
    return {
      points,
      k,
      job,
      buffers: [positions, labels, centroids],
      groups: {
        drift: group('drift', { 0: scene, 1: positions }),
        sow: group('sow', { 0: scene, 1: positions, 2: centroids }),
        point: group('point', { 0: scene, 3: positions, 4: labels }),
        centroid: group('centroid', { 0: scene, 5: centroids }),
      },
    }
  }

  #leaveStage(): void {
    this.#state?.job.destroy()
    for (const buffer of this.#state?.buffers ?? []) buffer.destroy()
    this.#state = null
  }

  #drift(encoder: GPUCommandEncoder, { points, groups }: SceneState): void {
    const pass = encoder.beginComputePass({ label: 'points.drift' })
    pass.setPipeline(this.pipelines.drift)
    pass.setBindGroup(0, groups.drift)
    pass.dispatchWorkgroups(Math.ceil(points / 256))
    if (!this.#sown) {
      pass.setPipeline(this.pipelines.sow)
      pass.setBindGroup(0, groups.sow)
      pass.dispatchWorkgroups(1) // k ≤ 64
      this.#sown = true
    }
    pass.end()
  }

  #draw(encoder: GPUCommandEncoder, { points, k, groups }: SceneState): void {
    const pass = encoder.beginRenderPass({
      label: 'points.draw',
      colorAttachments: [
        { view: this.context.getCurrentTexture().createView(), clearValue: CLEAR, loadOp: 'clear', storeOp: 'store' },
      ],
    })
    pass.setPipeline(this.pipelines.point)
    pass.setBindGroup(0, groups.point)
    pass.draw(3 * points)
    pass.setPipeline(this.pipelines.centroid)
    pass.setBindGroup(0, groups.centroid)
    pass.draw(3 * k)
    pass.end()
  }

  #writeUniform(state: SceneState, time: number): void {
    const [x, y] = this.#writeView(state, false)
    new Float32Array(this.#uniformData).set(blobsAt(time, x, y), HEAD_WORDS)
    this.device.queue.writeBuffer(this.#uniform, 0, this.#uniformData)
  }

  /** Writes the part of the uniform that depends on the canvas; returns half the visible world. */
  #writeView({ points, k }: SceneState, upload = true): [x: number, y: number] {
    const { width, height } = this.context.canvas
    const extent = extentOf(width, height)
    const radius = radiusOf(width, height, points, this.#ratio)
    new Float32Array(this.#uniformData, 0, 4).set([...extent, 2 / width, 2 / height])
    new Uint32Array(this.#uniformData, 16, 3).set([points, k, this.#seed])
    new Float32Array(this.#uniformData, 28, 2).set([radius, MARK_RADIUS * this.#ratio])
    if (upload) this.device.queue.writeBuffer(this.#uniform, 0, this.#uniformData)
    return extent
  }
}
