import { createEngine, createKMeans, type Engine, type KMeansJob } from 'lloyd'
import { BLOB_WORDS, BLOBS, blobsAt, extentOf, MARK_RADIUS, radiusOf } from './points-blobs'
import type { Scene, Shape } from './points-scene'

const TURN = 2 * Math.PI
const GROUND = 0xff0d0c0b // --sunken, as a word of RGBA
const MARK_GROUND = [0x0b, 0x0c, 0x0d]
const WHITE = [255, 255, 255]

/** The same points, k-means and picture without WebGPU. */
export async function createCpuScene(canvas: HTMLCanvasElement): Promise<Scene> {
  const context = canvas.getContext('2d', { alpha: false })
  if (!context) throw new Error('This browser gives no canvas to draw on.')
  return new CpuScene(context, await createEngine({ backend: 'cpu' }))
}

interface SceneState extends Shape {
  job: KMeansJob
  /** A normal deviate a point, so that it keeps its place in its blob. */
  deviates: Float32Array
  positions: Float32Array
  /** Null until the first frame, and after `sow`. */
  centroids: Float32Array | null
  labels: Uint32Array
}

class CpuScene implements Scene {
  readonly backend = 'cpu'
  readonly framesInFlight = 1
  readonly adapter: Engine['adapter']
  readonly lost = new Promise<string>(() => {})
  onError: (message: string) => void = () => {}
  #state: SceneState | null = null
  #newest = 0
  #seed = 0
  #ratio = 1
  #last: Promise<void> = Promise.resolve()

  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly engine: Engine,
  ) {
    this.adapter = engine.adapter
  }

  async setShape({ points, k }: Shape): Promise<boolean> {
    const call = ++this.#newest
    const job = await createKMeans(this.engine, { rows: points, columns: 2, k, iterations: 1 })
    await this.#last // its job is in use until then
    if (call !== this.#newest) {
      job.destroy()
      return false
    }
    this.#state?.job.destroy()
    this.#state = {
      points,
      k,
      job,
      deviates: Float32Array.from({ length: 2 * points }, (_, i) => deviate(i >> 1, i & 1)),
      positions: new Float32Array(2 * points),
      centroids: null,
      labels: new Uint32Array(points),
    }
    return true
  }

  setSize(width: number, height: number, ratio: number): void {
    const { canvas } = this.context
    canvas.width = Math.max(1, Math.round(width * ratio))
    canvas.height = Math.max(1, Math.round(height * ratio))
    this.#ratio = ratio
  }

  sow(): void {
    this.#seed++
    if (this.#state) this.#state.centroids = null
  }

  /** Frames run one after another: each continues from the centroids of the one before. */
  frame(time: number): Promise<void> {
    this.#last = this.#last
      .then(() => this.#frame(time))
      .catch((error: Error) => {
        this.onError(error.message)
      })
    return this.#last
  }

  async #frame(time: number): Promise<void> {
    const state = this.#state
    if (!state) return
    const { points, k, job, positions } = state
    const { width, height } = this.context.canvas
    drift(state, time, ...extentOf(width, height))
    const seed = this.#seed
    const centroids = state.centroids ?? sowOn(positions, k, seed)
    job.prepare({
      points: { data: positions, rows: points, columns: 2 },
      centroids: { data: centroids, rows: k, columns: 2 },
    })
    job.run()
    const [labels, { data }] = await Promise.all([job.readLabels(), job.readCentroids()])
    const moved = Float32Array.from(data)
    state.labels = labels
    if (seed === this.#seed) state.centroids = moved
    this.#draw(state, moved)
  }

  redraw(): void {
    if (this.#state?.centroids) this.#draw(this.#state, this.#state.centroids)
  }

  destroy(): void {
    this.#newest++
    this.#state?.job.destroy()
    this.#state = null
    this.engine.destroy()
  }

  /** Discs with soft edges, as the shaders draw them. */
  #draw({ points, k, positions, labels }: SceneState, centroids: Float32Array): void {
    const { width, height } = this.context.canvas
    const image = this.context.createImageData(width, height)
    new Uint32Array(image.data.buffer).fill(GROUND)
    const [x, y] = extentOf(width, height)
    const colors = Array.from({ length: k }, (_, label) => labelColor(label))
    const radius = radiusOf(width, height, points, this.#ratio)
    const place = (from: Float32Array, row: number): [number, number] => [
      ((from[2 * row] / x + 1) * width) / 2,
      ((1 - from[2 * row + 1] / y) * height) / 2,
    ]
    for (let point = 0; point < points; point++) {
      drawDisc(image, ...place(positions, point), radius, colors[labels[point]])
    }
    const mark = MARK_RADIUS * this.#ratio
    for (let centroid = 0; centroid < k; centroid++) {
      const at = place(centroids, centroid)
      drawDisc(image, ...at, mark, MARK_GROUND)
      drawDisc(image, ...at, 0.84 * mark - 0.5, WHITE)
      drawDisc(image, ...at, 0.6 * mark - 0.5, colors[centroid])
    }
    this.context.putImageData(image, 0, 0)
  }
}

/** Moves every point to its current position. */
function drift({ points, deviates, positions }: SceneState, time: number, x: number, y: number): void {
  const blobs = blobsAt(time, x, y)
  for (let point = 0; point < points; point++) {
    const at = BLOB_WORDS * (point % BLOBS)
    const first = deviates[2 * point]
    const second = deviates[2 * point + 1]
    const [cosine, sine] = [blobs[at + 6], blobs[at + 7]]
    const across = first * cosine - second * sine
    const along = first * sine + second * cosine
    positions[2 * point] = blobs[at] + across * blobs[at + 2] + along * blobs[at + 4]
    positions[2 * point + 1] = blobs[at + 1] + across * blobs[at + 3] + along * blobs[at + 5]
  }
}

/** Centroids on points of random index. */
function sowOn(positions: Float32Array, k: number, seed: number): Float32Array {
  const points = positions.length / 2
  return Float32Array.from({ length: 2 * k }, (_, i) => positions[2 * (hash((i >> 1) + 64 * seed) % points) + (i & 1)])
}

/** PCG's output function on one step of its generator: Jarzynski and Olano, JCGT 2020. */
function hash(value: number): number {
  const state = (Math.imul(value, 747796405) + 2891336453) >>> 0
  const word = Math.imul((state >>> ((state >>> 28) + 4)) ^ state, 277803737) >>> 0
  return ((word >>> 22) ^ word) >>> 0
}

/** Box-Muller, of a point's index. */
function deviate(point: number, axis: number): number {
  const fraction = (bits: number) => ((bits >>> 8) + 1) / 2 ** 24
  const first = hash(point)
  const angle = TURN * (fraction(hash(first)) - 0.5)
  return Math.sqrt(-2 * Math.log(fraction(first))) * (axis === 0 ? Math.cos(angle) : Math.sin(angle))
}

/** Covers the pixels around (x, y) as far as the disc covers them. */
function drawDisc({ data, width, height }: ImageData, x: number, y: number, radius: number, color: number[]): void {
  const reach = radius + 0.5
  const bottom = Math.min(height - 1, Math.floor(y + reach))
  const right = Math.min(width - 1, Math.floor(x + reach))
  for (let row = Math.max(0, Math.floor(y - reach)); row <= bottom; row++) {
    for (let column = Math.max(0, Math.floor(x - reach)); column <= right; column++) {
      const cover = Math.min(1, reach - Math.hypot(column + 0.5 - x, row + 0.5 - y))
      if (cover <= 0) continue
      const at = 4 * (row * width + column)
      for (let channel = 0; channel < 3; channel++) {
        data[at + channel] += cover * (color[channel] - data[at + channel])
      }
    }
  }
}

/** Hues a golden angle apart in Oklch, in three lightnesses, as in points.wgsl. */
function labelColor(label: number): number[] {
  const hue = 2.39996323 * label + 1.2
  const lightness = 0.76 - 0.1 * (Math.floor(label / 3) % 3) + 0.05 * (label & 1)
  const a = 0.135 * Math.cos(hue)
  const b = 0.135 * Math.sin(hue)
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
  ].map((value) => {
    const light = Math.min(1, Math.max(0, value))
    return 255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055)
  })
}
