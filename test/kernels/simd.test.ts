/**
 * The implementations with SIMD on shapes that only they divide: remainders of their blocks, several of their blocks, and
 * values that are not finite. `agreement.test.ts` runs the samples of all kernels.
 */
import { createEngine } from 'lloyd'
import { expect, it } from 'vitest'
import type { Executor } from '../../src/engine/engine.js'
import { kernelNames } from '../../src/engine/kernel-names.js'
import { assignColors } from '../../src/kernels/color/palette/assign-colors.js'
import { NO_LABEL, State, SUM_WORDS } from '../../src/kernels/color/palette/quantizer-state.js'
import { weighColors } from '../../src/kernels/color/table/weigh-colors.js'
import { nearestCentroid } from '../../src/kernels/kmeans/nearest-centroid.js'
import { packCentroids } from '../../src/kernels/kmeans/pack-centroids.js'
import { matrixProduct } from '../../src/kernels/linear/matrix-product.js'
import { simdImplementations } from '../../src/simd/implementations.js'
import { seededRandom } from '../oracle/random'
import { distinctColors, numberedPixels, randomCentroids, randomWeights } from './colors'
import { holdToTwin } from './harness'
import { type KernelSamples, samplesOf, wholes } from './sample'

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

it.each(['A·B', 'Aᵀ·B', 'A·Bᵀ', 'Aᵀ·Bᵀ'])('matrix-product, %s', async (text) => {
  const [acrossA, acrossB] = [text.startsWith('Aᵀ'), text.endsWith('Bᵀ')]
  const samples = () =>
    [
      [1, 1, 1],
      [3, 7, 5],
      [4, 8, 256],
      [65, 9, 257],
      [67, 31, 600],
    ].map(([rows, columns, depth]) => ({
      parameters: {
        ...{ rows, columns, depth, batches: 1, firstRow: 0, rowCount: rows, activation: 0, biased: 0, biasOffset: 0 },
        ...{ aOffset: 0, aRow: acrossA ? 1 : depth, aDepth: acrossA ? rows : 1, aBatch: 0, productOffset: 0 },
        ...{ bOffset: 0, bDepth: acrossB ? 1 : columns, bColumn: acrossB ? depth : 1, bBatch: 0 },
      },
      buffers: {
        a: wholes(random, rows * depth),
        b: wholes(random, depth * columns),
        bias: new Float32Array(1),
        product: wholes(random, rows * columns),
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
