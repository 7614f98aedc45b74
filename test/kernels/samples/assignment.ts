import { centroidDistances } from '../../../src/kernels/kmeans/centroid-distances.js'
import { nearestCentroid } from '../../../src/kernels/kmeans/nearest-centroid.js'
import { packCentroids } from '../../../src/kernels/kmeans/pack-centroids.js'
import { floats, integers, type Sample, samplesOf, wholes } from '../sample'

/** Points of small whole numbers, centroids among them, some of them twice: many points are as near to two. */
function assignmentOf(
  random: () => number,
  flags: { DIRECT: boolean; SUBGROUPS: boolean; VECTOR: boolean },
  shape: { rows: number; columns: number; k: number; firstRow?: number; iterations?: number; stopped?: number },
): Sample<typeof nearestCentroid.parameters, typeof nearestCentroid.bindings> {
  const { rows, k, firstRow = 0, iterations = 0, stopped = 0 } = shape
  const columns = flags.DIRECT
    ? Math.min(shape.columns, 5)
    : flags.VECTOR
      ? 4 * Math.ceil(shape.columns / 4)
      : shape.columns
  const groups = Math.ceil(k / 4)
  const centroids = wholes(random, k * columns, 2)
  if (k > 3) centroids.copyWithin((k - 1) * columns, columns, 2 * columns)
  const halfNorms = new Float32Array(4 * groups)
  const packed = new Float32Array(4 * groups * columns)
  packCentroids.twin(
    { centroidCount: k, columns, groups, chunks: 0 },
    { centroids, packed, halfNorms, state: new Uint32Array(4) },
    {},
  )
  const all = firstRow + rows + 2
  return {
    parameters: { firstRow, rows, columns, groups, scale: 0.5, chunk: 1 },
    buffers: {
      points: wholes(random, 4 * Math.ceil((all * columns) / 4), 5),
      shift: wholes(random, 4 * Math.ceil(columns / 4), 1),
      packed,
      halfNorms,
      labels: integers(random, all, k),
      // Earlier rows were processed before, and some of them moved.
      moves: integers(random, 2 * all, k),
      state: Uint32Array.of(3, stopped, iterations, 5, 8, firstRow >> 1, 9),
    },
  }
}

export default [
  samplesOf(centroidDistances, {
    agreement: 'exact',
    samples: (random) =>
      [
        [0, 1, 1, 1],
        [3, 9, 4, 7],
        [0, 13, 3, 5],
        [10, 50, 17, 9],
      ].map(([firstRow, rows, columns, centroidCount]) => ({
        parameters: { firstRow, rows, columns, centroidCount, scale: 0.5 },
        buffers: {
          points: wholes(random, (firstRow + rows) * columns),
          shift: wholes(random, columns),
          centroids: wholes(random, centroidCount * columns),
          distances: floats(random, rows * centroidCount + 1),
        },
      })),
  }),
  samplesOf(nearestCentroid, {
    agreement: 'exact',
    allows: ({ DIRECT, SUBGROUPS, VECTOR, SHARED }) =>
      Number(DIRECT) + Number(SUBGROUPS) + Number(SHARED) < 2 && (SUBGROUPS || !VECTOR),
    samples: (random, flags, lanes) =>
      [
        { rows: 1, columns: 1, k: 1 },
        { rows: 257, columns: 3, k: 4, iterations: 2 },
        { rows: 500, columns: 9, k: 37, firstRow: 256, iterations: 1 },
        { rows: 256, columns: 13, k: 150 },
        { rows: 60, columns: 3, k: 9, stopped: 1 },
      ].map((shape) => {
        const sample = assignmentOf(random, flags, shape)
        const { columns } = sample.parameters
        const workgroupSize = flags.SUBGROUPS ? lanes : shape.rows === 257 ? 4 : 64
        return {
          ...sample,
          workgroupSize,
          constants: {
            POINTS: flags.SUBGROUPS ? Math.max(1, Math.round(16 / lanes)) : shape.k === 37 ? 3 : 1,
            GROUPS: shape.k === 150 && !flags.DIRECT ? 2 : 1,
            COLUMNS: flags.DIRECT ? columns : 1,
            LANES: workgroupSize,
          },
        }
      }),
    // Moved points are listed in random order.
    arrange({ moves, state }) {
      const listed = Array.from({ length: state[5] }, (_, at) => moves.subarray(2 * at, 2 * at + 2).slice())
      listed.sort((a, b) => a[0] - b[0] || a[1] - b[1])
      for (const [at, move] of listed.entries()) moves.set(move, 2 * at)
    },
  }),
  samplesOf(packCentroids, {
    agreement: 'exact',
    samples: (random) =>
      [
        [1, 1, 1],
        [4, 3, 2],
        [5, 2, 1],
        [257, 6, 3],
        [3, 2, 70],
      ].map(([centroidCount, columns, chunks]) => {
        const groups = Math.ceil(centroidCount / 4)
        return {
          parameters: { centroidCount, columns, groups, chunks },
          buffers: {
            centroids: wholes(random, centroidCount * columns, 100),
            packed: floats(random, 4 * groups * columns + 4),
            halfNorms: floats(random, 4 * groups + 4),
            state: integers(random, 4 + chunks + 1, 2 ** 32),
          },
        }
      }),
  }),
]
