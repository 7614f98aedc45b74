/** The public methods, one line each; contract.test.ts tests the common contract of each. */
import type { Autoencoder, Classifier, Engine, GpuMatrix, Matrix, Points } from 'lloyd'
import {
  agglomerative,
  assign,
  calinskiHarabasz,
  chooseClusters,
  clusterImages,
  createAutoencoder,
  createClassifier,
  createKMeans,
  createQuantizer,
  createSegmenter,
  daviesBouldin,
  dbcv,
  dbscan,
  dense,
  describeClusters,
  distances,
  dunn,
  elbow,
  estimateKMeans,
  gap,
  gaussianMixture,
  hdbscan,
  hopkins,
  hopkinsTest,
  kmeans,
  kmedoids,
  logDensities,
  multiply,
  neighborDistances,
  predictDbscan,
  predictHdbscan,
  predictMedoids,
  predictMixture,
  quantize,
  quantizeTogether,
  responsibilities,
  segmentBehavior,
  segmentCustomers,
  segmentImage,
  silhouette,
  simplifiedSilhouette,
  standardize,
  vat,
  withinClusterSumOfSquares,
} from 'lloyd'
import { alphaNoiseImage } from '../oracle/images'
import { fillMatrix } from '../support/datasets'

/** Kinds of points other than a float32 matrix in memory. */
export type Kind = 'typed arrays' | 'rows' | 'source' | 'gpu'

export interface Method {
  name: string
  /** Calls the method with valid options, and those of a test. */
  call(engine: Engine, points: Points, options: object): Promise<unknown>
  /** Accepted kinds of points; none if it takes images or nothing. */
  kinds: readonly Kind[]
  /** Its options that have the same meaning in every method. */
  options: readonly ('seed' | 'signal' | 'onProgress' | 'output')[]
  /** Whether it refuses NaN and infinity. */
  finite: boolean
  /** Whether it takes options. */
  strict: boolean
  /** Whether it computes on an engine. */
  hosted: boolean
  /** Whether results are independent of the division into chunks; training shuffles within chunks. */
  chunks: boolean
}

/** Whole numbers that every kind of points holds exactly, in four groups with ties. */
const value = (row: number, column: number) => 25 * ((row * (column + 1)) % 4) + ((row * 7 + column) % 5)
export const points = fillMatrix(40, 3, value)
/** More than 65 536 bytes, the smallest maximum size of buffers. */
export const manyPoints = fillMatrix(6000, 3, value)
const centers = fillMatrix(4, 3, (row, column) => value(row, column) + 2)

const mixture = { weights: [0.4, 0.3, 0.2, 0.1], means: centers, covariances: [9, 4, 25, 1] }

const ALL: readonly Kind[] = ['typed arrays', 'rows', 'source', 'gpu']
const image = alphaNoiseImage(24, 20, 5)
/** Six people over two weeks. */
const days = {
  ids: [...'abcdef'],
  firstDay: '2016-04-11',
  steps: fillMatrix(6, 14, (row, column) => (column % 7 < 5 === row < 3 ? 4000 + 500 * row : 100)),
}
const customers = {
  ids: Array.from({ length: 40 }, (_, row) => `customer ${row}`),
  names: ['orders', 'amount'],
  values: { data: Float64Array.from({ length: 80 }, (_, at) => (at * at) % 37), rows: 40, columns: 2 },
}
const small = { colors: 7, maxIterations: 3 }
const training = { epochs: 2, batchSize: 16 }
const countOf = (points: Points) => ('rows' in points ? points.rows : Array.isArray(points) ? points.length : 40)
const classesOf = (points: Points) => Uint32Array.from({ length: countOf(points) }, (_, row) => row % 4)

async function autoencoder(engine: Engine, work: (made: Autoencoder) => Promise<unknown>, options = {}) {
  using made = await createAutoencoder(engine, {
    inputs: 3,
    encoder: [dense(4, 'tanh'), dense(3)],
    seed: 3,
    ...options,
  })
  return await work(made)
}

async function classifier(engine: Engine, work: (made: Classifier) => Promise<unknown>) {
  using made = await createClassifier(engine, { inputs: 3, classes: 4, layers: [dense(5, 'tanh')], seed: 3 })
  return await work(made)
}

const trained = async (made: Autoencoder | Classifier, fit: Promise<unknown>) => [
  await fit,
  await made.readParameters(),
]

async function job(engine: Engine, points: Points, options: object) {
  const { rows, columns } = points as Matrix | GpuMatrix
  using made = await createKMeans(engine, { rows, columns, k: 4, iterations: 5, ...options })
  made.prepare({ points: points as Matrix | GpuMatrix })
  made.run()
  return { ...(await made.readState()), labels: await made.readLabels(), centroids: await made.readCentroids() }
}

async function frames(engine: Engine, options: object) {
  using made = await createQuantizer(engine, { width: 24, height: 20, ...small, ...options })
  return [await made.quantize(image), await made.quantize(alphaNoiseImage(24, 20, 6))]
}

async function segmentedFrames(engine: Engine, options: object) {
  using made = await createSegmenter(engine, { width: 24, height: 20, segments: 9, alpha: true, ...options })
  return [await made.segment(image), await made.segment(alphaNoiseImage(24, 20, 6))]
}

/** Four clusters of the points above, and a tree of two halves of them. */
const clustered = { labels: Array.from({ length: 40 }, (_, row) => row % 4), corePoints: [...Array(40).keys()] }
const inCluster = (row: number) => (row < 20 ? 41 : 42)
const halves = {
  condensed: {
    parent: Uint32Array.from({ length: 42 }, (_, line) => (line < 40 ? inCluster(line) : 40)),
    lambda: Float64Array.from({ length: 42 }, (_, line) => (line < 40 ? 1 + (line % 5) : 0.01)),
  },
  selected: Uint32Array.of(41, 42),
}

const method = (name: string, call: Method['call'], traits: Partial<Method> = {}): Method => ({
  name,
  call,
  kinds: ALL,
  options: [],
  finite: true,
  strict: true,
  hosted: true,
  chunks: true,
  ...traits,
})
const CONTROL = ['signal', 'onProgress'] as const
const IMAGE = { kinds: [], finite: false, chunks: false }
const SEEDED = { options: ['seed', ...CONTROL] } as const
const TRAINING = { ...SEEDED, chunks: false }
const OUTPUT = { options: ['output'] } as const
const HOST = { hosted: false, kinds: ['typed arrays', 'rows'] } as const

export const methods: readonly Method[] = [
  method('kmeans', (e, p, o) => kmeans(e, p, { k: 4, init: 'maximin', ...o }), SEEDED),
  method('kmeans of float16', (e, p, o) => kmeans(e, p, { k: 4, init: 'maximin', precision: 'f16', ...o }), SEEDED),
  method('elbow', (e, p, o) => elbow(e, p, { from: 2, to: 4, init: 'maximin', ...o }), SEEDED),
  method(
    'chooseClusters',
    (e, p, o) => chooseClusters(e, p, { from: 2, to: 3, references: 2, init: 'maximin', restarts: 1, ...o }),
    { ...SEEDED, chunks: false },
  ),
  method('gap', (e, p, o) => gap(e, p, { from: 2, to: 3, references: 2, restarts: 1, ...o }), SEEDED),
  method('dbscan', (e, p, o) => dbscan(e, p, { epsilon: 3, minPoints: 4, ...o }), { options: CONTROL }),
  method('hdbscan', (e, p, o) => hdbscan(e, p, { minClusterSize: 4, ...o }), { options: CONTROL }),
  method('agglomerative', (e, p, o) => agglomerative(e, p, o), { options: CONTROL }),
  // agglomerative.test.ts divides it into chunks, of fewer points.
  method('agglomerative by the mean of all pairs', (e, p, o) => agglomerative(e, p, { linkage: 'average', ...o }), {
    options: CONTROL,
    chunks: false,
  }),
  method('agglomerative with neighbors', (e, p, o) => agglomerative(e, p, { connectivity: { neighbors: 3 }, ...o }), {
    options: CONTROL,
  }),
  method(
    'predictDbscan',
    (e, p, o) => predictDbscan(e, p, { training: points, clustering: clustered, epsilon: 3, ...o }),
    { options: CONTROL },
  ),
  method(
    'predictHdbscan',
    (e, p, o) => predictHdbscan(e, p, { training: points, clustering: halves, minSamples: 4, ...o }),
    { options: CONTROL },
  ),
  method('gaussianMixture', (e, p, o) => gaussianMixture(e, p, { components: 4, init: centers, ...o }), SEEDED),
  method('responsibilities', (e, p, o) => responsibilities(e, p, mixture, o), { options: CONTROL }),
  method('logDensities', (e, p, o) => logDensities(e, p, mixture, o), { options: CONTROL }),
  method('predictMixture', (e, p, o) => predictMixture(e, p, mixture, { responsibilities: true, ...o }), {
    options: CONTROL,
  }),
  method('neighborDistances', (e, p, o) => neighborDistances(e, p, { k: 5, ...o }), { options: CONTROL }),
  method('hopkins', (e, p, o) => hopkins(e, p, { seed: 3, ...o }), SEEDED),
  method('hopkinsTest', (e, p, o) => hopkinsTest(e, p, { seed: 3, ...o }), SEEDED),
  method('silhouette', (e, p, o) => silhouette(e, p, classesOf(p), o), { options: CONTROL }),
  method('vat', (e, p, o) => vat(e, p, { samples: 30, seed: 3, ...o }), SEEDED),
  method('simplifiedSilhouette', (e, p, o) => simplifiedSilhouette(e, p, classesOf(p), o), { options: CONTROL }),
  method('dunn', (e, p, o) => dunn(e, p, classesOf(p), o), { options: CONTROL }),
  method('daviesBouldin', (e, p, o) => daviesBouldin(e, p, classesOf(p), o)),
  method('calinskiHarabasz', (e, p, o) => calinskiHarabasz(e, p, classesOf(p), o)),
  method('withinClusterSumOfSquares', (e, p, o) => withinClusterSumOfSquares(e, p, classesOf(p), o)),
  method('dbcv', (e, p, o) => dbcv(e, p, classesOf(p), o), { options: CONTROL, chunks: false }),
  method('assign', (e, p, o) => assign(e, p, centers, o), OUTPUT),
  method('distances', (e, p) => distances(e, p, centers), { strict: false }),
  method('describeClusters', async (_, p, o) => describeClusters(p as Matrix, classesOf(p), o), HOST),
  method('standardize', async (_, p) => standardize(p as Matrix), { ...HOST, strict: false }),
  method('multiply', (e, p, o) => multiply(e, p as Matrix, centers, { transposeB: true, ...o } as object), {
    ...OUTPUT,
    kinds: ['typed arrays', 'rows', 'gpu'],
    finite: false,
    chunks: false,
  }),
  method('estimateKMeans', async (_, p, o) => estimateKMeans({ rows: countOf(p), columns: 3, k: 4, ...o }), {
    ...HOST,
    ...IMAGE,
  }),
  method('createKMeans', job, { options: ['seed'], kinds: ['typed arrays', 'gpu'], finite: false, chunks: false }),
  // medoids.test.ts divides its candidates into chunks, of fewer points.
  method('kmedoids', (e, p, o) => kmedoids(e, p, { k: 4, ...o }), { ...SEEDED, chunks: false }),
  method(
    'predictMedoids',
    (e, p, o) => predictMedoids(e, p, { training: points, clustering: { medoids: [3, 8, 17, 30] }, ...o }),
    { options: CONTROL },
  ),
  method('segmentBehavior', (e, _, o) => segmentBehavior(e, days, { patterns: 2, segments: 2, ...o }), {
    ...SEEDED,
    ...IMAGE,
  }),
  method('segmentImage', (e, _, o) => segmentImage(e, image, { k: 7, ...o }), { options: CONTROL, ...IMAGE }),
  method('segmentCustomers', (e, _, o) => segmentCustomers(e, customers, { segments: 2, ...o }), {
    ...SEEDED,
    ...IMAGE,
  }),
  method('clusterImages', (e, _, o) => clusterImages(e, [image, alphaNoiseImage(9, 8, 3), image], { k: 2, ...o }), {
    ...SEEDED,
    ...IMAGE,
  }),
  method('quantize', (e, _, o) => quantize(e, image, { ...small, ...o }), { ...SEEDED, ...IMAGE }),
  method('quantizeTogether', (e, _, o) => quantizeTogether(e, [image, image], { ...small, ...o }), {
    ...SEEDED,
    ...IMAGE,
  }),
  method('createQuantizer', (e, _, o) => frames(e, o), IMAGE),
  method('createSegmenter', (e, _, o) => segmentedFrames(e, o), IMAGE),
  method(
    'fit',
    (e, p, o) => autoencoder(e, (a) => trained(a, a.fit(p, { ...training, ...o })), { standardize: true }),
    TRAINING,
  ),
  method('encode', (e, p, o) => autoencoder(e, (a) => a.encode(p, o)), OUTPUT),
  method('decode', (e, p, o) => autoencoder(e, (a) => a.decode(p, o)), OUTPUT),
  method('reconstruct', (e, p, o) => autoencoder(e, (a) => a.reconstruct(p, o)), OUTPUT),
  method('errors', (e, p) => autoencoder(e, (a) => a.errors(p)), { strict: false }),
  method('gradients', (e, p, o) => autoencoder(e, (a) => a.gradients(p, o)), { options: ['seed'] }),
  method('sample', (e, _, o) => autoencoder(e, (a) => a.sample(9, o), { variational: { beta: 1 } }), {
    ...IMAGE,
    options: ['seed', 'output'],
  }),
  method(
    'fit of a classifier',
    (e, p, o) => classifier(e, (c) => trained(c, c.fit(p, classesOf(p), { ...training, ...o }))),
    TRAINING,
  ),
  method('probabilities', (e, p, o) => classifier(e, (c) => c.probabilities(p, o)), OUTPUT),
  method('predict', (e, p) => classifier(e, (c) => c.predict(p)), { strict: false }),
]

/** Functions of an engine without a line: they make what has lines of its own, or measure the engine. */
export const withoutLine = [
  'createAutoencoder',
  'createClassifier',
  'exportTuning',
  'importTuning',
  'loadAutoencoder',
  'loadClassifier',
  'tuneKMeans',
  'tuneMultiply',
]
