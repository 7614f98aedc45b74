import {
  adam,
  agglomerative,
  createAutoencoder,
  createEngine,
  dbscan,
  dense,
  type Engine,
  gaussianMixture,
  hdbscan,
  kmeans,
  kmedoids,
  type Matrix,
  quantize,
  readImage,
  segmentImage,
  silhouette,
} from 'lloyd'
import { type DispatchMeasures, measureDispatch } from '../addresses/access-measures.js'
import { devices, leastSeconds } from '../addresses/roofline.js'
import { type TracedDispatch, traceDevice } from '../addresses/trace-device.js'
import { seededRandom } from '../shapes/shapes.js'
import type { NodeSuite, Row } from '../suite.js'

/** Sectors touched over sectors needed from which on an array is one to mend. */
const WASTE = 1.5
/** Share of the bytes of a dispatch up to which an array is left out of the table. */
const LITTLE = 0.05

type Work = (engine: Engine, image: Awaited<ReturnType<typeof readImage>>) => Promise<unknown>

const kMeansOf = (rows: number, columns: number, k: number, init?: 'k-means++' | 'k-means||'): Work => {
  return (engine) => kmeans(engine, groupedPoints(rows, columns), { k, maxIterations: 3, init, seed: 1 })
}

const works: Readonly<Record<string, Work>> = {
  'k-means 200 000 × 3, k 256': kMeansOf(2e5, 3, 256),
  'k-means 50 000 × 32, k 64': kMeansOf(5e4, 32, 64),
  'k-means 20 000 × 128, k 64, k-means||': kMeansOf(2e4, 128, 64, 'k-means||'),
  quantize: async (engine, image) => {
    for (const dither of ['none', 'floyd-steinberg', 'blue-noise'] as const) {
      await quantize(engine, image, { colors: 64, dither })
    }
  },
  superpixels: (engine, image) => segmentImage(engine, image, { segments: 400 }),
  'auto-encoder 784-64-784': async (engine) => {
    const network = await createAutoencoder(engine, { inputs: 784, encoder: [dense(64, 'relu')] })
    await network.fit(groupedPoints(2000, 784), { epochs: 1, batchSize: 200, optimizer: adam() })
    network.destroy()
  },
  'mixture 50 000 × 8': async (engine) => {
    for (const covariance of ['full', 'diagonal'] as const) {
      await gaussianMixture(engine, groupedPoints(5e4, 8), { components: 16, covariance, maxIterations: 2 })
    }
  },
  'density 50 000 × 2': async (engine) => {
    const points = groupedPoints(5e4, 2)
    await dbscan(engine, points, { epsilon: 0.05, minPoints: 10 })
    await hdbscan(engine, points, { minClusterSize: 20 })
  },
  'hierarchies 3 000 × 8': async (engine) => {
    for (const linkage of ['ward', 'average', 'single'] as const) {
      await agglomerative(engine, groupedPoints(3000, 8), { linkage })
    }
  },
  'medoids and silhouette 3 000 × 8': async (engine) => {
    const points = groupedPoints(3000, 8)
    const { labels } = await kmedoids(engine, points, { k: 10 })
    await silhouette(engine, points, labels)
  },
}

export const addressesSuite: NodeSuite = {
  title: 'addresses of loads and stores, of each shader’s largest dispatch',
  notes: [
    'of 12 groups of 32 neighbouring threads, with the settings for GPUs; the n-th accesses at a place of the shader are taken together; arrays of 5 % of the sectors or less are left out',
    'asked: kB that a group asks for; sectors: 32-byte sectors that its accesses touch over the fewest that hold what they ask for',
    'cached: the same with every sector and element counted once, as with a cache that keeps them',
    'banks: turns of workgroup memory over turns without conflicts; busy: accesses over those with no thread waiting for another',
    `least µs: roofline of all dispatches of the shader in this work, for ${devices.map(({ name }) => name).join(', ')}, with sectors read once a group`,
    `to mend: more than ${WASTE} times the sectors, and not made up for by a cache`,
  ],
  columns: [
    { key: 'work', heading: 'work' },
    { key: 'kernel', heading: 'shader' },
    { key: 'array', heading: 'array' },
    { key: 'asked', heading: 'asked', decimals: 1 },
    { key: 'sectors', heading: 'sectors', decimals: 2 },
    { key: 'cached', heading: 'cached', decimals: 2 },
    { key: 'banks', heading: 'banks', decimals: 2 },
    { key: 'busy', heading: 'busy', decimals: 2 },
    { key: 'barriers', heading: 'barriers', decimals: 0 },
    { key: 'dispatches', heading: 'runs' },
    ...devices.map(({ name }) => ({ key: name, heading: `least µs ${name}`, decimals: 1 })),
    { key: 'remark', heading: 'remark' },
  ],
  packages: [],

  async run({ engine, images, report, wants }) {
    if (!engine.device) throw new Error('addresses are traced on a device; leave --backend cpu out')
    const device = asHardware(engine.device)
    const tracer = traceDevice(device)
    const traced = await createEngine({ device })
    const image = await readImage(images[0])
    const table: Row[] = []
    for (const [work, run] of Object.entries(works)) {
      if (!wants(work)) continue
      report(work)
      await run(traced, image)
      for (const dispatch of await tracer.read()) table.push(...rowsOf(work, dispatch))
    }
    traced.destroy()
    return table
  },
}

/** The device by the name of a GPU, so that tiles and sums are those for GPUs. */
function asHardware(device: GPUDevice): GPUDevice {
  const { subgroupMinSize, subgroupMaxSize } = device.adapterInfo
  const value = { vendor: 'traced', architecture: '', device: '', description: '', subgroupMinSize, subgroupMaxSize }
  return Object.defineProperty(device, 'adapterInfo', { value })
}

/** A row for the dispatch, and one for each of its arrays. */
function rowsOf(work: string, dispatch: TracedDispatch): Row[] {
  const measures = measureDispatch(dispatch)
  const { kernel, dispatches } = dispatch
  const { bankTurns, busy, barriers, arrays, cut } = measures
  const times = leastMicroseconds(dispatch, measures)
  const least = LITTLE * arrays.reduce((sum, { touched }) => sum + touched, 0)
  const listed = arrays.filter(({ touched }) => touched > least)
  return [
    { work, kernel, dispatches, banks: bankTurns, busy, barriers, ...times, remark: cut ? 'log cut' : null },
    ...listed.map(({ name, bytes, needed, touched, distinct, cached }): Row => {
      const [sectors, kept] = [touched / needed, cached / distinct]
      const remark = sectors > WASTE ? (kept > WASTE ? 'to mend' : 'by a cache') : null
      return { work, kernel, array: name, asked: bytes / 1000, sectors, cached: kept, remark }
    }),
  ]
}

function leastMicroseconds(
  { dispatches, allThreads, groups }: TracedDispatch,
  { arrays, operations }: DispatchMeasures,
) {
  const threads = groups.reduce((sum, group) => sum + group.length, 0) / groups.length
  const bytes = (arrays.reduce((sum, { cached }) => sum + cached, 0) * allThreads) / threads
  return Object.fromEntries(
    devices.map((model) => [model.name, 1e6 * leastSeconds(model, dispatches, bytes, operations * allThreads)]),
  )
}

/** Overlapping groups; row i is of group i % 16. */
function groupedPoints(rows: number, columns: number): Matrix {
  const random = seededRandom(rows)
  const centers = Array.from({ length: 16 * columns }, () => 4 * random())
  const data = new Float32Array(rows * columns)
  for (let i = 0; i < data.length; i++) data[i] = centers[i % (16 * columns)] + random() + random() - random()
  return { data, rows, columns }
}
