import { beginRound } from '../../../src/kernels/kmeans/begin-round.js'
import { endIteration } from '../../../src/kernels/kmeans/end-iteration.js'
import { exportCentroids } from '../../../src/kernels/kmeans/export-centroids.js'
import { findEmptyClusters } from '../../../src/kernels/kmeans/find-empty-clusters.js'
import { addFixed, addWords } from '../../../src/kernels/kmeans/fixed.js'
import { foldSums } from '../../../src/kernels/kmeans/fold-sums.js'
import { importCentroids } from '../../../src/kernels/kmeans/import-centroids.js'
import { judgeBatch } from '../../../src/kernels/kmeans/judge-batch.js'
import { clusterWords, NO_LABEL, Stopped } from '../../../src/kernels/kmeans/kmeans-state.js'
import { sumClusters } from '../../../src/kernels/kmeans/sum-clusters.js'
import { updateMeans } from '../../../src/kernels/kmeans/update-means.js'
import { NONE } from '../../../src/kernels/shared/none.js'
import { floats, integers, type Sample, samplesOf, wholes } from '../sample'

/** The state of k-means: changes, reason of the stop, iterations, empty clusters, and the moves of each chunk. */
const stateOf = (stopped: number, iterations: number, empty: number, ...moves: number[]) =>
  Uint32Array.of(3, stopped, iterations, empty, ...moves)

/** Adds all copies of the sums to the first, as fold-sums does. */
function fold(sums: Uint32Array, words: number, columns: number): void {
  for (let from = words; from < sums.length; from += words) {
    for (let first = 0; first < words; first += clusterWords(columns)) {
      sums[first] += sums[from + first]
      for (let at = first + 1; at < first + clusterWords(columns); at += 2) {
        addWords(sums, at, sums[from + at], sums[from + at + 1])
      }
    }
  }
  sums.fill(0, words)
}

/** Moves of `points` rows among k clusters, listed from `firstMove` on; `listed` of the chunk in all. */
function movesOf(
  random: () => number,
  copies: number,
  shape: {
    points: number
    columns: number
    k: number
    firstMove: number
    rows: number
    listed: number
    stopped?: number
  },
): Sample<typeof sumClusters.parameters, typeof sumClusters.bindings> {
  const { points, columns, k, firstMove, rows, listed, stopped = 0 } = shape
  const labels = integers(random, points, k)
  const moves = new Uint32Array(2 * Math.max(1, listed))
  for (let at = 0; at < listed; at++) {
    const row = Math.floor(random() * points)
    const old = (labels[row] + 1 + Math.floor(random() * (k - 1))) % k
    moves.set([row, k === 1 || random() < 0.5 ? NO_LABEL : old], 2 * at)
  }
  return {
    parameters: { firstMove, rows, centroidCount: k, columns, scale: 0.5, weightScale: 2 ** 40, chunk: 1, copies },
    buffers: {
      points: floats(random, points * columns, 100),
      weights: floats(random, points, 1).map((value) => Math.max(0, value)),
      shift: floats(random, columns, 100),
      scales: Float32Array.from(
        { length: 2 * columns },
        (_, i) => 2 ** ((i % 2 === 0 ? 1 : -1) * (35 + ((i >> 1) % 3))),
      ),
      labels,
      moves,
      sums: integers(random, Math.max(1, copies) * k * clusterWords(columns), 2 ** 32),
      state: stateOf(stopped, 1, 0, 7, listed, 9),
    },
  }
}

/** Sums of clusters with known means; the first cluster has no points, and the second no weight. */
function sumsOf(
  random: () => number,
  WEIGHTED: boolean,
  shape: { k: number; columns: number; size: number; stopped?: number; fillEmpty?: number; empty?: number },
): Sample<typeof updateMeans.parameters, typeof updateMeans.bindings> {
  const { k, columns, size, stopped = 0, fillEmpty = 0, empty = 0 } = shape
  const words = clusterWords(columns)
  // As many bits as all terms fit.
  const weightExponent = WEIGHTED ? Math.ceil(Math.log2(size)) - 61 : 0
  const power = 61 - Math.ceil(Math.log2(size)) - 7
  const sums = new Uint32Array(k * words)
  for (let cluster = 0; cluster < k; cluster++) {
    const count = cluster === 0 && k > 1 ? 0 : 1 + Math.floor(random() * size)
    const weight = !WEIGHTED ? count : cluster === 1 ? 0 : count * random()
    sums[cluster * words] = count
    if (WEIGHTED) addFixed(sums, cluster * words + 1, weight, 2 ** -weightExponent)
    for (let column = 0; column < columns; column++) {
      const mean = (2 * random() - 1) * 100 * (column === 1 ? 1e-6 : 1)
      addFixed(sums, cluster * words + 3 + 2 * column, mean * weight, 2 ** power)
    }
  }
  return {
    parameters: { centroidCount: k, columns, weightExponent, fillEmpty },
    buffers: {
      scales: Float32Array.from({ length: 2 * columns }, (_, i) => 2 ** (i % 2 === 0 ? power : -power)),
      sums,
      centroids: floats(random, k * columns, 100),
      movements: floats(random, k, 100),
      state: stateOf(stopped, 1, empty),
    },
  }
}

export default [
  samplesOf(beginRound, {
    agreement: 'exact',
    samples: (random) =>
      [1, 64, 65, 1000].map((sumWords) => ({
        parameters: { sumWords },
        buffers: {
          state: integers(random, 6, 2 ** 32),
          firstBad: integers(random, 1, 9),
          sums: integers(random, sumWords + 3, 2 ** 32),
        },
      })),
  }),
  samplesOf(endIteration, {
    agreement: 'exact',
    samples(random) {
      const samples: Sample<typeof endIteration.parameters, typeof endIteration.bindings>[] = []
      for (const centroidCount of [1, 63, 64, 200]) {
        for (const byMovement of [0, 1]) {
          for (const fillEmpty of [0, 1]) {
            for (const [changes, stopped, empty] of [
              [0, 0, 0],
              [3, 0, 0],
              [3, 0, 2],
              [3, 1, 2],
            ]) {
              // Whole numbers, whose sums are exact in any order.
              const movements = Float32Array.from(integers(random, centroidCount, 9))
              const total = movements.reduce((sum, value) => sum + value, 0)
              const threshold = random() < 0.5 ? total : total - 1
              samples.push({
                parameters: { centroidCount, byMovement, threshold, fillEmpty },
                buffers: { movements, state: Uint32Array.of(changes, stopped, 7, empty, 5, 6) },
              })
            }
          }
        }
      }
      return samples
    },
  }),
  samplesOf(findEmptyClusters, {
    agreement: 'exact',
    samples: (random) =>
      [1, 64, 129].flatMap((centroidCount) =>
        [1, 5].map((columns) => ({
          parameters: { centroidCount, columns },
          buffers: {
            sums: integers(random, centroidCount * clusterWords(columns), 2),
            state: Uint32Array.of(1, centroidCount === 129 && columns === 5 ? 1 : 0, 2, 4, 5, 6),
          },
        })),
      ),
  }),
  samplesOf(exportCentroids, {
    agreement: 'exact',
    samples: (random) =>
      [
        [1, 1, 0],
        [9, 7, Stopped.converged],
        [13, 5, Stopped.empty],
        [13, 5, Stopped.notFinite],
      ].map(([centroidCount, columns, stopped]) => ({
        parameters: { centroidCount, columns },
        buffers: {
          centroids: floats(random, centroidCount * columns, 100),
          shift: floats(random, columns, 100),
          state: stateOf(stopped, 1, 0),
          given: floats(random, centroidCount * columns + 1),
        },
      })),
  }),
  samplesOf(foldSums, {
    agreement: 'exact',
    samples: (random) =>
      [
        [1, 1, 1, 0],
        [5, 3, 4, 0],
        [13, 4, 2, 0],
        [40, 2, 7, 0],
        [5, 3, 4, Stopped.converged],
      ].map(([centroidCount, columns, copies, stopped]) => ({
        parameters: { centroidCount, columns, copies },
        buffers: {
          sums: integers(random, copies * centroidCount * clusterWords(columns), 2 ** 32),
          state: stateOf(stopped, 1, 0),
        },
      })),
  }),
  samplesOf(importCentroids, {
    agreement: 'exact',
    samples(random) {
      // Bounds at, below and above powers of two, the smallest and the largest.
      const largest = [0, 2 ** -126, 2 ** -61, 2 ** -60, 0.75, 1, 1 - 2 ** -24, 1 + 2 ** -23, 1000, 2 ** 127, 3.4e38]
      return [
        [1, 1, 61, NONE],
        [3, 64, 40, NONE],
        [2, 65, 38, NONE],
        [2, 65, 38, 7],
      ].map(([centroidCount, columns, room, firstBad]) => ({
        parameters: { centroidCount, columns, room },
        buffers: {
          given: floats(random, centroidCount * columns, 100),
          shift: floats(random, columns, 100),
          bounds: Float32Array.from({ length: 2 * columns }, (_, i) => {
            const bound = largest[(i >> 1) % largest.length] * (random() < 0.5 ? 1 : 0.25)
            return i % 2 === 0 ? -bound : bound
          }),
          centroids: floats(random, centroidCount * columns + 1),
          scales: floats(random, 2 * columns + 2),
          firstBad: Uint32Array.of(firstBad),
          state: stateOf(2, 1, 0),
        },
      }))
    },
  }),
  samplesOf(judgeBatch, {
    agreement: 'exact',
    samples(random) {
      const samples: Sample<typeof judgeBatch.parameters, typeof judgeBatch.bindings>[] = []
      // Numbers of few bits, and divisors that are powers of two, so that nothing is rounded.
      for (const [average, least, since] of [
        [0, 0, 0],
        [3, 2, 1],
        [3, 2, 4],
        [3, 2, 5],
        [900, 900, 5],
      ]) {
        for (const [blocks, total, stopped, iterations] of [
          [1, 16, 0, 2],
          [64, 256, 0, 9],
          [200, 64, 0, 3],
          [65, 64, 0, 1],
          [65, 0, 0, 2],
          [65, 64, 1, 2],
        ]) {
          samples.push({
            parameters: { blocks, total, share: 0.25, patience: 5 },
            buffers: {
              blockSums: wholes(random, blocks, 100).map(Math.abs),
              average: Float32Array.of(average, least, since),
              state: stateOf(stopped, iterations, 0),
            },
            workgroupSize: blocks === 65 ? 8 : undefined,
          })
        }
      }
      return samples
    },
  }),
  samplesOf(sumClusters, {
    agreement: 'exact',
    samples: (random, { OWNED }) => [
      ...[
        { points: 1, columns: 1, k: 1, firstMove: 0, rows: 1, listed: 1 },
        { points: 100, columns: 8, k: 3, firstMove: 0, rows: 100, listed: 64 },
        { points: 100, columns: 9, k: 5, firstMove: 30, rows: 40, listed: 65 },
        { points: 300, columns: 17, k: 40, firstMove: 0, rows: 256, listed: 300 },
        { points: 20, columns: 3, k: 2, firstMove: 9, rows: 20, listed: 9 },
        { points: 20, columns: 3, k: 2, firstMove: 0, rows: 20, listed: 20, stopped: 1 },
      ].map((shape) => ({
        ...movesOf(random, OWNED ? Math.min(shape.points, 7) : 0, shape),
        workgroupSize: OWNED ? 16 : undefined,
      })),
      // More coordinates than the maximum number of threads.
      movesOf(random, OWNED ? 3 : 0, { points: 50, columns: 2, k: 4, firstMove: 0, rows: 66_000, listed: 66_000 }),
    ],
    arrange({ sums }, { parameters: { centroidCount, columns } }) {
      fold(sums as Uint32Array, centroidCount * clusterWords(columns), columns)
    },
  }),
  samplesOf(updateMeans, {
    agreement: {
      within: 2 ** -22,
      reason: 'WGSL lets a square root be 2.5 ulp off beside sums of squares in another order; the means are exact',
      exact: ['centroids'],
    },
    samples: (random, { WEIGHTED }) =>
      [
        { k: 1, columns: 1, size: 1 },
        { k: 64, columns: 3, size: 1000 },
        { k: 65, columns: 5, size: 2 ** 22 },
        { k: 7, columns: 2, size: 50, fillEmpty: 1, empty: 1 },
        { k: 7, columns: 2, size: 50, fillEmpty: 1, empty: 0 },
        { k: 7, columns: 2, size: 50, fillEmpty: 0, empty: 1 },
        { k: 7, columns: 2, size: 50, stopped: 1 },
      ].map((shape) => sumsOf(random, WEIGHTED, shape)),
  }),
]
