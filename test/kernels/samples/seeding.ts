import { chooseCandidate } from '../../../src/kernels/kmeans/choose-candidate.js'
import { drawCandidates } from '../../../src/kernels/kmeans/draw-candidates.js'
import { measurePoints } from '../../../src/kernels/kmeans/measure-points.js'
import { seedCentroids } from '../../../src/kernels/kmeans/seed-centroids.js'
import { takeCandidates } from '../../../src/kernels/kmeans/take-candidates.js'
import { tryCandidates } from '../../../src/kernels/kmeans/try-candidates.js'
import { MEASURE_BLOCK, SEED_BLOCK } from '../../../src/kernels/points/point-blocks.js'
import { NONE } from '../../../src/kernels/shared/none.js'
import { floats, integers, samplesOf, wholes } from '../sample'

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

/** Rows of candidates filled up with zeros to multiples of four columns. */
function padded(random: () => number, rows: number, columns: number): Float32Array {
  const stride = 4 * Math.ceil(columns / 4)
  return wholes(random, rows * stride).map((value, i) => (i % stride < columns ? value : 0))
}

/** One value per column, and whatever a uniform buffer holds after them. */
const shiftOf = (random: () => number, columns: number) => wholes(random, 4 * Math.ceil(columns / 4), 2)

/** Points in one block, two and a half, and a last block of one. */
const SEEDINGS = [
  { rows: 1, columns: 1 },
  { rows: SEED_BLOCK, columns: 3 },
  { rows: 2 * SEED_BLOCK + 77, columns: 5 },
  { rows: 2 * SEED_BLOCK + 1, columns: 8 },
]

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
        [255, 3, 4],
        [257, 65, 5],
        [700, 4, 13],
      ].flatMap(([blockCount, columns, trials]) =>
        [1, 2].flatMap((round) =>
          [0, 1].map((farthest) => {
            const candidateCount = farthest || round === 1 ? 1 : trials
            // Potentials with equal sums, some of them all 0: the first is taken.
            const share = round === 2 && blockCount < 9 ? 0 : 1
            const potentials = Array.from({ length: candidateCount }, () => [
              ...(farthest ? amounts(random, blockCount, 3) : shares(random, blockCount)),
            ])
            return {
              parameters: {
                blockCount,
                columns,
                candidateCount,
                latest: farthest ? 1 : trials,
                round,
                farthest,
                seed: 11,
              },
              buffers: {
                potentials: Float32Array.from(potentials.flat(), (value) => share * value),
                candidates: padded(random, trials + 1, columns),
                centroids: floats(random, 3 * columns),
                picks: floats(random, trials + 1),
                pickedBlocks: integers(random, trials + 1, 9),
              },
              workgroupSize: columns === 3 ? 4 : undefined,
            }
          }),
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
      SEEDINGS.flatMap(({ rows, columns }) =>
        [0, 1].flatMap((farthest) =>
          [1, 2].map((round) => {
            const blockCount = Math.ceil(rows / SEED_BLOCK)
            const candidateCount = 9
            const weights = amounts(random, rows, 3)
            // The last point of every block but the first has a positive weight, the first none at all.
            for (let block = 1; block <= blockCount; block++) weights[Math.min(rows, block * SEED_BLOCK) - 1] = 1
            if (rows > SEED_BLOCK) weights.fill(0, 0, SEED_BLOCK)
            const { points, distances } = pointsOf(random, rows, columns)
            return {
              parameters: {
                firstBlock: 2,
                blockCount,
                rows,
                columns,
                latest: candidateCount,
                round,
                farthest,
                scale: 0.25,
              },
              buffers: {
                points,
                weights,
                shift: shiftOf(random, columns),
                // In later rounds most points lie on a centroid.
                distances: round > 1 ? distances.map((distance) => Math.max(0, distance - 50)) : distances,
                picks: amounts(random, candidateCount, 90_000),
                // Points of this chunk and of those before and after.
                pickedBlocks: integers(random, candidateCount, blockCount + 4),
                candidates: padded(random, candidateCount + 1, columns),
              },
            }
          }),
        ),
      ),
  }),
  samplesOf(tryCandidates, {
    agreement: 'exact',
    samples: (random, { VECTOR }) =>
      SEEDINGS.filter(({ columns }) => !VECTOR || columns % 4 === 0).flatMap(({ rows, columns }) =>
        [0, 1, 2].map((round) => {
          const blocks = Math.ceil(rows / SEED_BLOCK)
          const latest = 3
          const allBlocks = blocks + 6
          return {
            parameters: {
              firstBlock: 3,
              begin: Math.min(blocks - 1, round),
              end: blocks,
              allBlocks,
              rows,
              columns,
              latest,
              round,
              farthest: Number(rows % 2 === round % 2),
              scale: 0.5,
            },
            buffers: {
              ...pointsOf(random, rows, columns),
              shift: shiftOf(random, columns),
              candidates: padded(random, latest + 1, columns),
              potentials: floats(random, latest * allBlocks),
            },
            constants: { TRIALS: latest, CENTERS: latest + 1 },
          }
        }),
      ),
  }),
]
