import { createEngine, createKMeans, type Engine, type KMeansJob } from 'lloyd'
import shaders from './points.wgsl?raw'

const BLOBS = 10 // as in points.wgsl
const BLOB_WORDS = 8
const HEAD_WORDS = 12
const CLEAR = { r: 0.043, g: 0.047, b: 0.051, a: 1 } // --sunken

export interface Shape {
  points: number
  k: number
}

/** A page that already has its device, its points and its renderer, and lets lloyd add k-means to its frames. */
export interface Scene {
  readonly device: GPUDevice
  readonly adapter: Engine['adapter']
  /** Changes the number of points or clusters. Resolves to false where a newer call overtook this one. */
  setShape(shape: Shape): Promise<boolean>
  /** The canvas, in CSS pixels, and how many device pixels one of them has. */
  setSize(width: number, height: number, ratio: number): void
  /** Starts the centroids anew in the next frame, on other points. */
  sow(): void
  /** One frame in one submit: the points move to where they are at `time` (in s), one round of k-means, the picture. */
  frame(time: number): void
  /** Only the picture, after a change of size. */
  redraw(): void
  destroy(): void
}

/** Throws an `Error` in plain words where there is no WebGPU. */
export async function createScene(canvas: HTMLCanvasElement): Promise<Scene> {
  if (!navigator.gpu) {
    throw new Error('This browser has no WebGPU, or the page is not on https or localhost; this example needs it.')
  }
  const adapter = await navigator.gpu.requestAdapter()
  if (!adapter) throw new Error('This browser has WebGPU but found no adapter for it; this example needs one.')
  const device = await adapter.requestDevice({ label: 'points' })
  const context = canvas.getContext('webgpu')
  if (!context) throw new Error('This browser gives no WebGPU canvas; this example needs one.')
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

/** What exists for one number of points and clusters. */
interface Stage extends Shape {
  job: KMeansJob
  buffers: GPUBuffer[]
  groups: Record<keyof Pipelines, GPUBindGroup>
}

class PointsScene implements Scene {
  readonly adapter: Engine['adapter']
  readonly #uniform: GPUBuffer
  readonly #uniformData = new ArrayBuffer(4 * (HEAD_WORDS + BLOBS * BLOB_WORDS))
  #stage: Stage | null = null
  #newest = 0
  #seed = 0
  #sown = false
  #ratio = 1

  constructor(
    readonly device: GPUDevice,
    private readonly engine: Engine,
    private readonly context: GPUCanvasContext,
    private readonly pipelines: Pipelines,
  ) {
    this.adapter = engine.adapter
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
    this.#stage = this.#createStage(job, { points, k })
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

  frame(time: number): void {
    const stage = this.#stage
    if (!stage) return
    this.#writeUniform(stage, time)
    const encoder = this.device.createCommandEncoder({ label: 'points.frame' })
    this.#drift(encoder, stage)
    stage.job.record(encoder)
    this.#draw(encoder, stage)
    this.device.queue.submit([encoder.finish()])
  }

  redraw(): void {
    if (!this.#stage) return
    this.#writeView(this.#stage)
    const encoder = this.device.createCommandEncoder({ label: 'points.redraw' })
    this.#draw(encoder, this.#stage)
    this.device.queue.submit([encoder.finish()])
  }

  destroy(): void {
    this.#newest++
    this.#leaveStage()
    this.engine.destroy()
    this.device.destroy()
  }

  /** The page's own buffers, given to lloyd to read the points from and to leave labels and centroids in. */
  #createStage(job: KMeansJob, { points, k }: Shape): Stage {
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
    this.#stage?.job.destroy()
    for (const buffer of this.#stage?.buffers ?? []) buffer.destroy()
    this.#stage = null
  }

  #drift(encoder: GPUCommandEncoder, { points, groups }: Stage): void {
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

  #draw(encoder: GPUCommandEncoder, { points, k, groups }: Stage): void {
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

  #writeUniform(stage: Stage, time: number): void {
    const [x, y] = this.#writeView(stage, false)
    const words = new Float32Array(this.#uniformData)
    for (let blob = 0; blob < BLOBS; blob++) words.set(blobAt(blob, time, x, y), HEAD_WORDS + BLOB_WORDS * blob)
    this.device.queue.writeBuffer(this.#uniform, 0, this.#uniformData)
  }

  /** What depends on the canvas; gives half the visible world. */
  #writeView({ points, k }: Stage, upload = true): [x: number, y: number] {
    const { width, height } = this.context.canvas
    const least = Math.min(width, height)
    const extent: [number, number] = [width / least, height / least]
    // The discs would cover about a third of the canvas, if they did not overlap, until they reach their smallest size.
    const radius = Math.min(4 * this.#ratio, Math.max(0.7, 0.34 * Math.sqrt((width * height) / points)))
    new Float32Array(this.#uniformData, 0, 4).set([...extent, 2 / width, 2 / height])
    new Uint32Array(this.#uniformData, 16, 3).set([points, k, this.#seed])
    new Float32Array(this.#uniformData, 28, 2).set([radius, 10 * this.#ratio])
    if (upload) this.device.queue.writeBuffer(this.#uniform, 0, this.#uniformData)
    return extent
  }
}

/** A blob as points.wgsl has it: centre, two axes and spin. Host sines are exact for any time; a GPU's need not be. */
function blobAt(blob: number, time: number, x: number, y: number): number[] {
  if (blob === 0) {
    // A thin haze over everything, in which the borders between clusters show.
    const spin = 0.05 * time
    return [0, 0, 0.46 * x, 0, 0, 0.46 * y, Math.cos(spin), Math.sin(spin)]
  }
  const phase = 2.4 * blob
  const tilt = phase + 0.11 * time * (blob % 2 ? 1 : -1)
  const spin = 0.25 * time * (blob % 3 ? 1 : -1)
  const breath = 1 + 0.25 * Math.sin(0.4 * time + phase)
  const across = (0.1 + 0.012 * blob) * breath
  const along = (0.15 - 0.008 * blob) / breath
  return [
    0.68 * x * Math.sin((0.1 + 0.017 * blob) * time + 1.7 * phase),
    0.66 * y * Math.cos((0.13 + 0.011 * ((4 * blob) % 9)) * time + phase),
    across * Math.cos(tilt),
    across * Math.sin(tilt),
    -along * Math.sin(tilt),
    along * Math.cos(tilt),
    Math.cos(spin),
    Math.sin(spin),
  ]
}
