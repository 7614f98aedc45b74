import { chooseCandidate } from '../../../src/kernels/kmeans/choose-candidate.js'
import { drawCandidates } from '../../../src/kernels/kmeans/draw-candidates.js'
import { includeCentroid } from '../../../src/kernels/kmeans/include-centroid.js'
import { measurePoints } from '../../../src/kernels/kmeans/measure-points.js'
import { pickBlocks } from '../../../src/kernels/kmeans/pick-blocks.js'
import { seedCentroids } from '../../../src/kernels/kmeans/seed-centroids.js'
import { takeCandidates } from '../../../src/kernels/kmeans/take-candidates.js'
import { tryCandidates } from '../../../src/kernels/kmeans/try-candidates.js'
import { MEASURE_BLOCK } from '../../../src/kernels/points/point-blocks.js'
import { NONE } from '../../../src/kernels/shared/none.js'
import { floats, integers, type Sample, samplesOf, wholes } from '../sample'

/** Whole numbers from 0 to `limit` − 1: weights, distances, and sums of them. */
const amounts = (random: () => number, length: number, limit = 9) => Float32Array.from(integers(random, length, limit))

/** Points of whole numbers with weights and distances, all of whose sums are exact. */
const pointsOf = (random: () => number, rows: number, columns: number) => ({
  points: wholes(random, rows * columns),
  weights: amounts(random, rows, 3),
  shift: wholes(random, columns, 2),
  distances: amounts(random, rows, 60),
})

/** `count` amounts, many of them 0, whose sum is a power of two: its product with a draw is exact. */
function shares(random: () => number, count: number): Float32Array {
  const values = amounts(random, count, 5).map((value) => Math.max(0, value - 2))
  const sum = values.reduce((total, value) => total + value, 0)
  values[Math.floor(random() * count)] += 2 ** Math.ceil(Math.log2(sum + 1)) - sum
  return values
}

const SHAPES = [
  { rows: 1, columns: 1 },
  { rows: MEASURE_BLOCK, columns: 3 },
  { rows: MEASURE_BLOCK + 1, columns: 2 },
  { rows: 65 * MEASURE_BLOCK - 5, columns: 4 },
]

export default [
  samplesOf(chooseCandidate, {
    agreement: 'exact',
    samples: (random) =>
      [
        [1, 1, 1],
        [2, 3, 9],
        [63, 3, 4],
        [64, 65, 5],
        [65, 2, 9],
        [500, 7, 3],
      ].flatMap(([blockCount, columns, candidateCount]) =>
        // With few distinct amounts, many potentials are equal: the first is taken.
        [2, 1000].flatMap((limit) =>
          [undefined, 8].map((workgroupSize) => ({
            parameters: { blockCount, columns, candidateCount, centroid: 2 },
            buffers: {
              potentials: amounts(random, blockCount * candidateCount, limit),
              candidates: floats(random, candidateCount * columns),
              centroids: floats(random, 4 * columns),
            },
            workgroupSize,
          })),
        ),
      ),
  }),
  samplesOf(drawCandidates, {
    agreement: 'exact',
    samples: (random) =>
      [
        [0, 1, 0],
        [0, 63, 1000],
        [7, 65, 5],
        [100, 1000, 0],
      ].flatMap(([firstRow, rows, firstPoint]) =>
        [0, 1 / 64, 1].map((factor) => ({
          parameters: { firstRow, rows, firstPoint, seed: 2 ** 32 - 5, round: 3, factor },
          buffers: {
            weights: amounts(random, firstRow + rows, 3),
            distances: floats(random, firstRow + rows, 4).map(Math.abs),
            drawn: Uint32Array.of(2, 8, 9, ...new Uint32Array(rows)),
          },
        })),
      ),
    arrange({ drawn }) {
      drawn.subarray(1, 1 + drawn[0]).sort()
    },
  }),
  samplesOf(includeCentroid, {
    agreement: 'exact',
    samples: (random) =>
      SHAPES.flatMap(({ rows, columns }) =>
        [0, 1].flatMap((reset) =>
          [0, 1].map((farthest) => {
            const blocks = Math.ceil(rows / MEASURE_BLOCK)
            const begin = Math.min(blocks - 1, farthest)
            const { points, weights, shift, distances } = pointsOf(random, rows, columns)
            return {
              parameters: {
                firstBlock: 3,
                begin,
                end: Math.max(begin + 1, blocks - reset),
                rows,
                columns,
                centroid: 1,
                reset,
                farthest,
                scale: 0.5,
              },
              buffers: {
                points,
                weights,
                shift,
                distances,
                centroids: wholes(random, 3 * columns),
                blockSums: floats(random, blocks + 4),
              },
            }
          }),
        ),
      ),
  }),
  samplesOf(measurePoints, {
    agreement: 'exact',
    samples: (random) =>
      SHAPES.flatMap(({ rows, columns }) =>
        [0, 2 * MEASURE_BLOCK].map((firstRow) => {
          const all = firstRow + rows + 3
          const k = 7
          return {
            parameters: { firstRow, rows, columns, scale: 0.5 },
            buffers: {
              ...pointsOf(random, all, columns),
              centroids: wholes(random, k * columns),
              labels: integers(random, all, k),
              blockSums: floats(random, Math.ceil(all / MEASURE_BLOCK) + 1),
            },
          }
        }),
      ),
  }),
  samplesOf(pickBlocks, {
    agreement: 'exact',
    samples(random) {
      const samples: Sample<typeof pickBlocks.parameters, typeof pickBlocks.bindings>[] = []
      for (const blockCount of [1, 2, 63, 64, 65, 700]) {
        for (const farthest of [0, 1]) {
          for (const empty of [false, true]) {
            for (const workgroupSize of [undefined, 4]) {
              const fallback = Math.floor(blockCount / 2)
              const candidateCount = farthest ? 1 : 70
              samples.push({
                parameters: { blockCount, candidateCount, seed: 11, round: blockCount, farthest, fallback },
                buffers: {
                  blockSums: empty
                    ? new Float32Array(blockCount)
                    : farthest
                      ? amounts(random, blockCount, 2)
                      : shares(random, blockCount),
                  picks: floats(random, candidateCount + 1),
                  pickedBlocks: integers(random, candidateCount + 1, 9),
                },
                workgroupSize,
              })
            }
          }
        }
      }
      return samples
    },
  }),
  samplesOf(seedCentroids, {
    agreement: 'exact',
    samples: (random) =>
      [
        [1, 1, NONE],
        [63, 3, NONE],
        [65, 4, NONE],
        [65, 4, 12],
      ].map(([centroidCount, columns, firstBad]) => ({
        parameters: { centroidCount, columns },
        buffers: {
          points: floats(random, 90 * columns),
          firstBad: Uint32Array.of(firstBad),
          rowNumbers: integers(random, centroidCount + 1, 90).map((row, k) => (k % 5 === 3 ? NONE : row)),
          given: floats(random, (centroidCount + 1) * columns),
        },
      })),
  }),
  samplesOf(takeCandidates, {
    agreement: 'exact',
    samples: (random) =>
      SHAPES.flatMap(({ rows, columns }) =>
        [0, 1].flatMap((farthest) =>
          [60, 1].map((limit) => {
            const blockCount = Math.ceil(rows / MEASURE_BLOCK)
            const candidateCount = 67
            const weights = amounts(random, rows, 3)
            // The last point of every block has a positive weight.
            for (let block = 1; block <= blockCount; block++) weights[Math.min(rows, block * MEASURE_BLOCK) - 1] = 1
            return {
              parameters: { firstBlock: 2, blockCount, rows, columns, candidateCount, farthest, scale: 0.25 },
              buffers: {
                points: floats(random, rows * columns, 100),
                weights,
                shift: floats(random, columns, 100),
                distances: amounts(random, rows, limit),
                picks: amounts(random, candidateCount, 900),
                // Points of this chunk and of those before and after.
                pickedBlocks: integers(random, candidateCount, blockCount + 4),
                candidates: floats(random, (candidateCount + 1) * columns),
              },
            }
          }),
        ),
      ),
  }),
  samplesOf(tryCandidates, {
    agreement: 'exact',
    samples: (random) =>
      SHAPES.flatMap(({ rows, columns }) =>
        [1, 5].map((candidateCount) => {
          const blocks = Math.ceil(rows / MEASURE_BLOCK)
          const begin = Math.min(blocks - 1, candidateCount)
          const allBlocks = blocks + 6
          return {
            parameters: { firstBlock: 3, begin, end: blocks, allBlocks, rows, columns, candidateCount, scale: 0.5 },
            buffers: {
              ...pointsOf(random, rows, columns),
              candidates: wholes(random, candidateCount * columns),
              potentials: floats(random, candidateCount * allBlocks),
            },
          }
        }),
      ),
  }),
]
