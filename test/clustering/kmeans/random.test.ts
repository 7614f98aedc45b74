/**
 * Invented points around the edges of tiles and workgroups: one assignment and one update of the twin and of the GPU
 * against float64, equal wherever the margin exceeds what float32 may be off by.
 *
 * A case is a number; its test's name holds it with what it is made of.
 * `LLOYD_SEED=417 LLOYD_CASES=1 npx vitest run test/clustering/kmeans/random` runs that one alone. `npm run verify` (LLOYD_VERIFY)
 * runs ten times as many, and on SwiftShader beside the adapter of the machine.
 */
import { assign, distances, type Engine, exportTuning, importTuning, kmeans, type Matrix, type Tile } from 'lloyd'
import { beforeAll, describe, expect, test } from 'vitest'
import { shapeClass } from '../../../src/clustering/kmeans/tiles.js'
import { expectSameValues } from '../../oracle/compare'
import {
  distanceLimits,
  inertiaBound,
  inertiaOf,
  type LabelSet,
  labelMistake,
  type OracleUpdate,
  possibleLabels,
  sizesOf,
  updateOracle,
} from '../../oracle/kmeans'
import {
  blobs,
  fillMatrix,
  integerFrom,
  normalFrom,
  pickFrom,
  type Random,
  seededRandom,
  shuffledIndices,
  sourceOf,
  takeRows,
} from '../../support/datasets'
import { enginesFor, likeHardware, type TestEngine, testEngines, withSmallBuffers } from '../../support/engines'

const firstCase = Number(process.env.LLOYD_SEED ?? 1)
const caseCount = Number(process.env.LLOYD_CASES ?? (process.env.LLOYD_VERIFY ? 2000 : 100))

/** Coordinate differences that one case computes at most, for each pass. */
const WORK = 6e6

const smallEdges = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17]
const edges = [...smallEdges, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257]
const rowEdges = [...edges, 511, 512, 513, 1023, 1024, 1025, 2047, 2048, 2049]

type Kind = (random: Random, rows: number, columns: number) => Matrix

const kinds: Record<string, Kind> = {
  uniform: (random, rows, columns) => fillMatrix(rows, columns, random),
  blobs(random, rows, columns) {
    const centers = fillMatrix(integerFrom(random, 2, 12), columns, () => 10 * random())
    return blobs(random, rows, centers, 0.3 + random())
  },
  duplicates(random, rows, columns) {
    const distinct = fillMatrix(integerFrom(random, 1, 12), columns, () => normalFrom(random))
    return takeRows(
      distinct,
      Array.from({ length: rows }, () => integerFrom(random, 0, distinct.rows - 1)),
    )
  },
  integers(random, rows, columns) {
    const most = pickFrom(random, [1, 3, 15, 255])
    return fillMatrix(rows, columns, () => integerFrom(random, 0, most))
  },
  'far from the origin'(random, rows, columns) {
    const origin = Array.from({ length: columns }, () => pickFrom(random, [-1, 1]) * 2 ** integerFrom(random, 8, 16))
    return fillMatrix(rows, columns, (_, column) => origin[column] + 4 * random())
  },
  'constant columns'(random, rows, columns) {
    const constant = Array.from({ length: columns }, () => (random() < 0.5 ? 1000 * normalFrom(random) : null))
    return fillMatrix(rows, columns, (_, column) => constant[column] ?? normalFrom(random))
  },
  'all huge': (random, rows, columns) => fillMatrix(rows, columns, () => 1e15 * normalFrom(random)),
  'all tiny': (random, rows, columns) => fillMatrix(rows, columns, () => 1e-15 * normalFrom(random)),
  'unlike scales'(random, rows, columns) {
    const scale = Array.from({ length: columns }, () => 10 ** integerFrom(random, -4, 4))
    return fillMatrix(rows, columns, (_, column) => scale[column] * normalFrom(random))
  },
}

interface Case {
  seed: number
  rows: number
  columns: number
  k: number
  kind: string
  weighted: boolean
  /** Whether the centroids are rows of the points, or drawn like them. */
  ownRows: boolean
  /** Rows of the chunks where the points also come from a source. */
  chunks: number[] | null
  /** Forced tile of the assignment on a GPU. */
  tile: Tile | null
  /** Whether a GPU computes as if it were hardware. */
  hardware: boolean
}

/** Shapes only, so that names are known before any work. */
function drawCase(seed: number): Case {
  const random = seededRandom(Math.imul(seed, 0x9e3779b1))
  const kind = pickFrom(random, Object.keys(kinds))
  const columns = random() < 0.03 ? 1000 : pickFrom(random, random() < 0.5 ? smallEdges : [...edges.slice(0, 20), 130])
  // There are no fewer points than clusters.
  const affordable = edges.filter((count) => count * count * columns <= 3 * WORK)
  const k = pickFrom(random, random() < 0.5 ? smallEdges : affordable)
  const wanted = random() < 0.3 ? integerFrom(random, 1, 3000) : pickFrom(random, rowEdges)
  const rows = Math.max(k, Math.min(wanted, Math.floor(WORK / (k * columns))))
  const chunks = random() < 0.2 ? [pickFrom(random, edges), pickFrom(random, rowEdges)] : null
  const weighted = random() < 0.3
  const ownRows = random() < 0.6
  const tile = random() < 0.25 ? drawTile(random) : null
  const hardware = random() < 0.25
  return { seed, rows, columns, k, kind, weighted, ownRows, chunks, tile, hardware }
}

/** Small odd tiles, whose edges are met often; large ones take long to compile, and the default table has them. */
function drawTile(random: Random): Tile {
  return {
    points: pickFrom(random, [1, 2, 3, 5]),
    groups: pickFrom(random, [1, 2, 3]),
    uniform: pickFrom(random, [0, 1]),
    workgroup: pickFrom(random, [1, 3, 32, 64, 128]),
    subgroups: pickFrom(random, [0, 1]),
  }
}

const describeCase = ({ seed, rows, columns, k, kind, weighted, ownRows, chunks, tile, hardware }: Case) =>
  [
    `case ${seed}: ${rows} × ${columns}, k = ${k}, ${kind}`,
    ownRows ? 'own rows' : 'drawn rows',
    ...(weighted ? ['weights'] : []),
    ...(chunks ? [`chunks of ${chunks.join(' and ')}`] : []),
    ...(tile ? [`tile ${Object.values(tile).join(' ')}`] : []),
    ...(hardware ? ['like hardware'] : []),
  ].join(', ')

interface CaseData {
  points: Matrix
  init: Matrix
  weights?: Float32Array
}

function drawData({ seed, rows, columns, k, kind, weighted, ownRows }: Case): CaseData {
  const random = seededRandom(Math.imul(seed, 0x85ebca6b) + 1)
  // Drawn together, so that centroids share the clouds, duplicates and origin of the points.
  const drawn = kinds[kind](random, rows + k, columns)
  const order = shuffledIndices(random, rows)
  const points = takeRows(
    drawn,
    Array.from({ length: rows }, (_, i) => i),
  )
  const init = takeRows(drawn, ownRows ? order.subarray(0, k) : Array.from({ length: k }, (_, j) => rows + j))
  if (!weighted) return { points, init }
  const weights = Float32Array.from({ length: rows }, () => pickFrom(random, [0, 1, 2.5, random(), 100 * random()]))
  weights[order[0]] = 1
  return { points, init, weights }
}

function expectWithin(actual: ArrayLike<number>, { centroids, bounds }: OracleUpdate, what: string): void {
  expect(actual.length, `${what}: length`).toBe(centroids.length)
  for (let i = 0; i < centroids.length; i++) {
    if (Math.abs(actual[i] - centroids[i]) <= bounds[i]) continue
    // An open cluster may be anywhere, but it is somewhere.
    if (bounds[i] === Number.POSITIVE_INFINITY && Number.isFinite(actual[i])) continue
    expect.fail(`${what}: at ${i} there is ${actual[i]}, expected ${centroids[i]} within ${bounds[i]}`)
  }
}

/** Distances by the thousand, where there are not too many of them. */
const DISTANCES = 20_000

async function checkEngine(engine: Engine, what: string, drawn: Case, data: CaseData, expected: Expected) {
  const { points, init, weights } = data
  const { k, columns, chunks, tile } = drawn
  if (tile) importTuning(engine, { ...exportTuning(engine), tiles: { [shapeClass(columns, k).key]: tile } })
  const labels = (await assign(engine, points, init)) as Uint32Array
  expect(labelMistake(expected.labels, labels), `${what}: assign`).toBe(null)

  const options = { k, init, weights, maxIterations: 1, tolerance: 0, emptyClusters: 'keep' } as const
  const fit = await kmeans(engine, points, options)
  expectWithin(fit.centroids.data, expected.update, `${what}: centroids`)
  expect(fit.iterations, what).toBe(1)
  const { possible } = possibleLabels(points, fit.centroids)
  expect(labelMistake({ possible, certain: 0 }, fit.labels), `${what}: labels`).toBe(null)
  expectSameValues(fit.sizes, sizesOf(fit.labels, k), `${what}: sizes`)
  const inertia = inertiaOf(points, fit.centroids, fit.labels, weights)
  const bound = inertiaBound(points, fit.centroids, fit.labels, weights)
  if (!(Math.abs(fit.inertia - inertia) <= bound)) {
    expect.fail(`${what}: inertia ${fit.inertia}, expected ${inertia} within ${bound}`)
  }

  if (chunks) {
    // The smallest buffers that hold what belongs to the clusters, so that points are in as many as can be.
    const bytes = Math.max(2 ** 16, 1024 * columns, 4 * k * (3 + 2 * columns), 16 * Math.ceil(k / 4) * columns)
    const cut = await withSmallBuffers(engine, bytes, () => kmeans(engine, points, options))
    expectSameValues(cut.centroids.data, fit.centroids.data, `${what}: centroids of points in several buffers`)
    expectSameValues(cut.labels, fit.labels, `${what}: labels of points in several buffers`)
    const source = sourceOf(points, chunks)
    expectSameValues((await assign(engine, source, init)) as Uint32Array, labels, `${what}: assign of a source`)
    const chunked = await kmeans(engine, source, options)
    expectSameValues(chunked.centroids.data, fit.centroids.data, `${what}: centroids of a source`)
    expectSameValues(chunked.labels, fit.labels, `${what}: labels of a source`)
    expect(chunked.inertia, `${what}: inertia of a source`).toBe(fit.inertia)
  }
  if (expected.distances) {
    const { low, high } = expected.distances
    const { data: actual } = await distances(engine, points, init)
    expect(actual.length, `${what}: distances`).toBe(low.length)
    const wrong = actual.findIndex((value, at) => !(value >= low[at] && value <= high[at]))
    if (wrong >= 0) {
      expect.fail(`${what}: distance ${wrong} is ${actual[wrong]}, not from ${low[wrong]} to ${high[wrong]}`)
    }
  }
}

interface Expected {
  labels: LabelSet
  update: OracleUpdate
  distances: ReturnType<typeof distanceLimits> | null
}

let engines: TestEngine[] = []
let certainPoints = 0
let allPoints = 0
let certainClusters = 0
let allClusters = 0

beforeAll(async () => {
  engines = await testEngines()
})

describe('float32 against float64', () => {
  for (let seed = firstCase; seed < firstCase + caseCount; seed++) {
    const drawn = drawCase(seed)
    test(describeCase(drawn), async () => {
      const data = drawData(drawn)
      const { points, init, weights } = data
      const labels = possibleLabels(points, init)
      const update = updateOracle(points, init, labels, weights)
      const pairs = points.rows * init.rows
      const expected = { labels, update, distances: pairs <= DISTANCES ? distanceLimits(points, init) : null }
      certainPoints += labels.certain
      allPoints += points.rows
      certainClusters += update.certain
      allClusters += init.rows
      for (const { name, engine } of enginesFor(`${seed}`, engines)) {
        const check = () => checkEngine(engine, name, drawn, data, expected)
        await (drawn.hardware ? likeHardware(engine, check) : check())
      }
    })
  }

  test.skipIf(caseCount < 100)('most points and clusters are beyond doubt', () => {
    expect(certainPoints / allPoints).toBeGreaterThan(0.8)
    expect(certainClusters / allClusters).toBeGreaterThan(0.6)
  })
})
