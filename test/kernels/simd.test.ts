/**
 * The implementations with SIMD on shapes that only they divide: remainders of their blocks, several of their blocks, and
 * values that are not finite. `agreement.test.ts` runs the samples of all kernels.
 */
import { createEngine } from 'lloyd'
import { expect, it } from 'vitest'
import { BufferScope, type Executor } from '../../src/engine/engine.js'
import { kernelNames } from '../../src/engine/kernel-names.js'
import { assignColors } from '../../src/kernels/color/palette/assign-colors.js'
import { NO_LABEL, State, SUM_WORDS } from '../../src/kernels/color/palette/quantizer-state.js'
import { weighColors } from '../../src/kernels/color/table/weigh-colors.js'
import { nearestCentroid } from '../../src/kernels/kmeans/nearest-centroid.js'
import { packCentroids } from '../../src/kernels/kmeans/pack-centroids.js'
import { matrixProduct } from '../../src/kernels/linear/matrix-product.js'
import { scanPoints } from '../../src/kernels/neighbors/scan-points.js'
import { activate, ELEMENTWISE } from '../../src/kernels/shared/activation.js'
import { simdImplementations } from '../../src/simd/implementations.js'
import { seededRandom } from '../oracle/random'
import { distinctColors, numberedPixels, randomCentroids, randomWeights } from './colors'
import { holdToTwin } from './harness'
import { floats, type KernelSamples, samplesOf, wholes } from './sample'

const random = seededRandom(3)

async function hold(of: KernelSamples, flags: Record<string, boolean>): Promise<void> {
  using engine = (await createEngine({ backend: 'cpu' })) as Executor
  expect(await holdToTwin(engine, of, { ...of.kernel.flags, ...flags })).toMatchObject({ failures: [] })
  expect(engine.allocatedBytes).toBe(0)
}

it('all are of kernels', () => {
  expect(kernelNames).toEqual(expect.arrayContaining([...simdImplementations().keys()]))
})

/** Points of small whole numbers, of which the last is far away and some repeat a centroid. */
function assignmentOf(rows: number, columns: number, k: number, special?: number) {
  const groups = Math.ceil(k / 4)
  const centroids = wholes(random, k * columns, 3)
  const packed = new Float32Array(4 * groups * columns)
  const halfNorms = new Float32Array(4 * groups)
  const state = new Uint32Array(6)
  packCentroids.twin({ centroidCount: k, columns, groups, chunks: 1 }, { centroids, packed, halfNorms, state }, {})
  const points = wholes(random, rows * columns, 3)
  points.set(centroids.subarray(0, Math.min(points.length, centroids.length)))
  points.fill(-1000, (rows - 1) * columns)
  if (special !== undefined) points[(rows >> 1) * columns] = special
  const [labels, moves] = [new Uint32Array(rows), new Uint32Array(2 * rows)]
  return {
    parameters: { firstRow: 0, rows, columns, groups, scale: 1, chunk: 0 },
    buffers: { points, shift: new Float32Array(columns), packed, halfNorms, labels, moves, state },
  }
}

it.each([false, true])('nearest-centroid, DIRECT: %s', async (DIRECT) => {
  const samples = () =>
    [
      ...[1, 7, 8, 9, 63, 64, 65].map((rows) => assignmentOf(rows, DIRECT ? 3 : 17, 21)),
      assignmentOf(2 ** 14 + 3, 2, 5),
      assignmentOf(130, DIRECT ? 8 : 1100, 3),
      assignmentOf(20, DIRECT ? 4 : 9, 8, Number.NaN),
      assignmentOf(20, 1, 8, Infinity),
    ] as never
  await hold(samplesOf(nearestCentroid, { agreement: 'exact', samples }), { DIRECT })
})

/** Values with the edges of activations, as a bias of products that are 0. */
it.each(ELEMENTWISE.slice(1))('matrix-product, %s of one value', async (kind) => {
  using engine = (await createEngine({ backend: 'cpu' })) as Executor
  const special = [0, -0, 1e-30, -1e-30, 0.4999, 0.5001, -0.5001, 87, -86.9, -88, 1e38, -1e38, Infinity, -Infinity, NaN]
  const bias = Float32Array.from([...special, ...Array.from({ length: 500 }, () => 20 * random() - 10)])
  const columns = bias.length
  const activation = ELEMENTWISE.indexOf(kind)
  const steps = { aOffset: 0, aRow: 1, aDepth: 1, aBatch: 0, bOffset: 0, bDepth: columns, bColumn: 1, bBatch: 0 }
  const sizes = { rows: 1, columns, depth: 1, batches: 1, firstRow: 0, rowCount: 1, productOffset: 0 }
  const parameters = { ...steps, ...sizes, biased: 1, biasOffset: 0, activation }
  const scope = new BufferScope(engine)
  const [a, b] = [new Float32Array(1), new Float32Array(columns)]
  const product = scope.allocate('product', 4 * columns)
  const buffers = { a: scope.upload('a', a), b: scope.upload('b', b), bias: scope.upload('bias', bias), product }
  engine.run(await engine.compile(matrixProduct), parameters, buffers)
  const results = new Float32Array(await engine.read(product))
  for (const [i, z] of bias.entries()) {
    const expected = Math.fround(activate(activation, z))
    const off = Math.abs(results[i] - expected)
    expect(Object.is(results[i], expected) || off <= 1e-38 + 3e-7 * Math.abs(expected), `${z}: ${results[i]}`).toBe(
      true,
    )
  }
})

it.each(['A·B', 'Aᵀ·B', 'A·Bᵀ', 'Aᵀ·Bᵀ'])('matrix-product, %s', async (text) => {
  const [acrossA, acrossB] = [text.startsWith('Aᵀ'), text.endsWith('Bᵀ')]
  const samples = () =>
    [
      [1, 1, 1],
      [3, 7, 5],
      [4, 8, 256],
      [65, 9, 257],
      [67, 31, 600],
      [130, 20, 7],
      [5, 13, 6, 9],
    ].map(([rows, columns, depth, batches = 1]) => ({
      parameters: {
        ...{ rows, columns, depth, batches, firstRow: 0, rowCount: rows, activation: 1, biased: 1, biasOffset: 0 },
        ...{ aOffset: 0, aRow: acrossA ? 1 : depth, aDepth: acrossA ? rows : 1, aBatch: rows * depth },
        ...{ bOffset: 0, bDepth: acrossB ? 1 : columns, bColumn: acrossB ? depth : 1, bBatch: depth * columns },
        productOffset: 0,
      },
      buffers: {
        a: wholes(random, batches * rows * depth),
        b: wholes(random, batches * depth * columns),
        bias: wholes(random, columns),
        product: wholes(random, batches * rows * columns),
      },
    }))
  await hold(samplesOf(matrixProduct, { agreement: 'exact', samples }), {})
})

it('assign-colors, with more lists than there is room for at a time', async () => {
  const flags = { ALPHA: false, PACKED: false, OKLAB: false }
  const [colorCount, centroidCount, cellBits, cellCount] = [400, 2001, 3, 512]
  const samples = () =>
    [
      {
        parameters: { firstColor: 0, colorCount, cellBits, centroidCount },
        buffers: {
          points: distinctColors(random, colorCount, false),
          weights: randomWeights(random, colorCount),
          centroids: randomCentroids(random, centroidCount, flags),
          candidates: Uint32Array.from({ length: cellCount * centroidCount }, (_, i) => Math.floor(i / cellCount)),
          candidateCounts: new Uint32Array(cellCount).fill(centroidCount),
          labels: new Uint32Array(colorCount).fill(NO_LABEL),
          sums: new Uint32Array(SUM_WORDS * centroidCount),
          state: new Uint32Array(State.words),
        },
      },
    ] as never
  await hold(samplesOf(assignColors, { agreement: 'exact', samples }), flags)
})

it('weigh-colors, of so many pixels that threads count them apart', async () => {
  const pixelCount = 2 ** 18 + 5
  const samples = () => {
    const { slotMask, colors, ...table } = numberedPixels(random, pixelCount, false)
    const weights = wholes(random, colors.length, 9).map(Math.abs)
    const buffers = { ...table, importance: new Uint32Array(1), weights: Uint32Array.from(weights) }
    return [{ parameters: { pixelCount, slotMask }, buffers }] as never
  }
  await hold(samplesOf(weighColors, { agreement: 'exact', samples }), { ALPHA: false, COUNTED: true })
})

it.each([
  [{}, 37],
  [{ MANHATTAN: true }, 6],
  [{ OTHERS: true }, 6],
  [{ OTHERS: true }, 1200],
])('scan-points, of several tiles, %o, %i columns', async (flags, columns) => {
  const { OTHERS = false } = flags as Record<string, boolean>
  const [queryGroups, sliceGroups, kept] = [7, columns > 1000 ? 9 : 400, 4]
  const samples = () => {
    const [queries, slice] = [queryGroups, sliceGroups].map((groups) => floats(random, 4 * groups * (columns + 2)))
    for (const [rows, groups] of [[queries, queryGroups] as const, [slice, sliceGroups] as const]) {
      for (let at = 4 * groups * columns; OTHERS && at < rows.length; at++) rows[at] = at % 3
    }
    const nearest = new Uint32Array(8 * kept * queryGroups)
    for (let at = 0; at < nearest.length; at += 8) nearest.fill(0x7f7fffff, at, at + 4)
    const parameters = {
      columns,
      first: 1,
      count: 5,
      queryGroups,
      firstOfSlice: 0,
      sliceGroups,
      end: 4 * sliceGroups - 1,
      kept,
    }
    return [{ parameters, buffers: { queries, slice, floors: new Uint32Array(8 * queryGroups), nearest } }] as never
  }
  await hold(samplesOf(scanPoints, { agreement: 'exact', samples }), flags)
})
