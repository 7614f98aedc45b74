/** The work that is traced: together the methods run every kernel, which a test demands. */
import {
  adam,
  agglomerative,
  averagePool2d,
  conv2d,
  convTranspose2d,
  createAutoencoder,
  createClassifier,
  createEngine,
  createKMeans,
  dbscan,
  dense,
  distances,
  dropout,
  type Engine,
  exportTuning,
  gaussianMixture,
  hdbscan,
  importTuning,
  type KMeansOptions,
  kmeans,
  kmedoids,
  type Matrix,
  maxPool2d,
  quantize,
  type readImage,
  segmentImage,
  sgd,
  silhouette,
  upsample2d,
} from 'lloyd'
import { seededRandom } from '../shapes/shapes.js'

type Image = Awaited<ReturnType<typeof readImage>>
type Network = Awaited<ReturnType<typeof createAutoencoder>>

/** What is chosen by adapter and size: for GPUs, for software adapters, and on GPUs with lists or bounds. */
export type Settings = 'gpu' | 'software' | 'lists'

export interface Work {
  name: string
  /** Default: for GPUs. */
  settings?: Settings
  run(engine: Engine, image: Image): Promise<unknown>
}

/** An engine on a device under the name of a GPU or of a software adapter. */
export async function engineAs(settings: Settings, device: GPUDevice): Promise<Engine> {
  const { subgroupMinSize, subgroupMaxSize } = device.adapterInfo
  const architecture = settings === 'software' ? 'llvmpipe' : ''
  const value = { vendor: 'traced', architecture, device: '', description: '', subgroupMinSize, subgroupMaxSize }
  const named = Object.defineProperty(device, 'adapterInfo', { value, configurable: true })
  const engine = await createEngine({ device: named })
  const pruning =
    settings === 'lists' ? { work: 1, percent: 1e6, bounds: 1 } : { work: Number.MAX_VALUE, percent: 0, bounds: 0 }
  importTuning(engine, { ...exportTuning(engine), tiles: { pruning } })
  return engine
}

const kMeansOf = (rows: number, columns: number, k: number, options?: Partial<KMeansOptions>): Work['run'] => {
  return (engine) => kmeans(engine, groupedPoints(rows, columns), { k, maxIterations: 3, seed: 1, ...options })
}

export const works: readonly Work[] = [
  { name: 'k-means 200 000 × 3, k 256', run: kMeansOf(2e5, 3, 256) },
  { name: 'k-means 50 000 × 32, k 64', run: kMeansOf(5e4, 32, 64) },
  { name: 'k-means 20 000 × 128, k 64, k-means||', run: kMeansOf(2e4, 128, 64, { init: 'k-means||' }) },
  { name: 'k-means 50 000 × 16, k 32, float16', run: kMeansOf(5e4, 16, 32, { precision: 'f16' }) },
  { name: 'k-means 50 000 × 3, k 16, for software adapters', settings: 'software', run: kMeansOf(5e4, 3, 16) },
  { name: 'k-means 50 000 × 3, k 64, with lists', settings: 'lists', run: kMeansOf(5e4, 3, 64) },
  { name: 'k-means 20 000 × 16, k 32, with bounds', settings: 'lists', run: kMeansOf(2e4, 16, 32) },
  { name: 'k-means in batches, recorded, distances', run: otherKMeans },
  { name: 'quantize', run: quantizations },
  { name: 'quantize textures', run: textures },
  { name: 'superpixels', run: (engine, image) => segmentImage(engine, image, { segments: 400 }) },
  {
    name: 'auto-encoder 784-64-784',
    async run(engine) {
      const network = await createAutoencoder(engine, { inputs: 784, encoder: [dense(64, 'relu')] })
      await train(network, 2000, 784, { batchSize: 200, optimizer: adam() })
    },
  },
  { name: 'other layers and codes', run: otherLayers },
  { name: 'mixture 50 000 × 8', run: (engine) => mixtures(engine, 5e4, 8) },
  { name: 'mixture 20 000 × 24', run: (engine) => mixtures(engine, 2e4, 24) },
  {
    name: 'density 50 000 × 2',
    async run(engine) {
      const points = groupedPoints(5e4, 2)
      await dbscan(engine, points, { epsilon: 0.05, minPoints: 10 })
      await hdbscan(engine, points, { minClusterSize: 20 })
    },
  },
  {
    name: 'hierarchies 3 000 × 8',
    async run(engine) {
      for (const linkage of ['ward', 'average', 'single'] as const) {
        await agglomerative(engine, groupedPoints(3000, 8), { linkage })
      }
    },
  },
  {
    name: 'medoids and silhouette 3 000 × 8',
    async run(engine) {
      const points = groupedPoints(3000, 8)
      const { labels } = await kmedoids(engine, points, { k: 10 })
      await silhouette(engine, points, labels)
    },
  },
]

async function otherKMeans(engine: Engine): Promise<void> {
  const points = groupedPoints(2e4, 4)
  const { centroids } = await kmeans(engine, points, { k: 64, batchSize: 4096, maxIterations: 4, seed: 1 })
  await distances(engine, points, centroids)
  const job = await createKMeans(engine, { rows: points.rows, columns: 4, k: 64, iterations: 2, seed: 1 })
  const device = engine.device!
  const size = [200, points.rows / 200]
  const texture = device.createTexture({ format: 'rgba32float', size, usage: COPY })
  device.queue.writeTexture({ texture }, points.data as Float32Array<ArrayBuffer>, { bytesPerRow: 16 * size[0] }, size)
  for (const of of [points, texture]) {
    job.prepare({ points: of })
    job.run()
    await job.readLabels()
  }
  job.destroy()
  texture.destroy()
}

async function quantizations(engine: Engine, image: Image): Promise<void> {
  for (const dither of ['none', 'floyd-steinberg', 'blue-noise'] as const) {
    await quantize(engine, image, { colors: 64, dither })
  }
  for (const init of ['maximin', 'k-means++'] as const) {
    await quantize(engine, image, { colors: 64, maxIterations: 2, init })
  }
}

/** COPY_SRC and COPY_DST of GPUTextureUsage. */
const COPY = 0x1 | 0x2

async function textures(engine: Engine, { data, width, height }: Image): Promise<void> {
  const device = engine.device!
  const size = [width, height]
  const texture = device.createTexture({ format: 'rgba8unorm', size, usage: COPY })
  device.queue.writeTexture({ texture }, data as Uint8ClampedArray<ArrayBuffer>, { bytesPerRow: 4 * width }, size)
  const indices = device.createTexture({ format: 'r8uint', size, usage: COPY })
  await quantize(engine, texture, { colors: 64, maxIterations: 2, into: { indices } })
  for (const each of [texture, indices]) each.destroy()
}

async function train(network: Network, rows: number, columns: number, options: object = {}): Promise<void> {
  await network.fit(groupedPoints(rows, columns), { epochs: 1, ...options })
  await network.reconstruct(groupedPoints(rows, columns))
  network.destroy()
}

async function otherLayers(engine: Engine): Promise<void> {
  const inputs = [16, 16, 4] as const
  const relu = { activation: 'relu' } as const
  const codes = [
    { inputs: 256, encoder: [dense(64, 'softmax'), dropout(0.2), dense(16)], variational: { beta: 0.5 } },
    { inputs: 256, encoder: [dense(64, 'relu')], sparsity: 0.1, noise: { kind: 'gaussian', amount: 0.1 } },
    { inputs, encoder: [conv2d(16, relu), maxPool2d(), conv2d(32, { stride: 2 })] },
    { inputs, encoder: [convTranspose2d(8), averagePool2d(), upsample2d(), dense(16)] },
  ] as const
  for (const { inputs, ...options } of codes) {
    const network = await createAutoencoder(engine, { inputs, ...options })
    const columns = typeof inputs === 'number' ? inputs : 16 * 16 * 4
    await train(network, 512, columns, { batchSize: 128, optimizer: sgd({ learningRate: 1e-6, momentum: 0.5 }) })
  }
  const classifier = await createClassifier(engine, { inputs: 64, classes: 10, layers: [dense(32, 'relu')] })
  const labels = Array.from({ length: 1024 }, (_, row) => row % 10)
  await classifier.fit(groupedPoints(1024, 64), labels, { epochs: 1, batchSize: 256 })
  classifier.destroy()
}

async function mixtures(engine: Engine, rows: number, columns: number): Promise<void> {
  for (const covariance of ['full', 'diagonal'] as const) {
    await gaussianMixture(engine, groupedPoints(rows, columns), { components: 16, covariance, maxIterations: 2 })
  }
}

/** Overlapping groups; row i is of group i % 16. */
function groupedPoints(rows: number, columns: number): Matrix {
  const random = seededRandom(rows)
  const centers = Array.from({ length: 16 * columns }, () => 4 * random())
  const data = new Float32Array(rows * columns)
  for (let i = 0; i < data.length; i++) data[i] = centers[i % (16 * columns)] + random() + random() - random()
  return { data, rows, columns }
}
