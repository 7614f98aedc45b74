import { boundsWords, nearestBounded } from '../../../src/kernels/kmeans/pruning/nearest-bounded.js'
import { motionWords, trackCentroids } from '../../../src/kernels/kmeans/pruning/track-centroids.js'
import { samplesOf, wholes } from '../sample'

/** Half the squared norms of whole centroids, in groups of four. */
const halfNormsOf = (centroids: Float32Array, k: number, columns: number) =>
  new Float32Array(4 * Math.ceil(k / 4)).map((_, i) => {
    const row = Math.min(i, k - 1) * columns
    return centroids.subarray(row, row + columns).reduce((sum, value) => sum + (value * value) / 2, 0)
  })

const track = (centroids: Float32Array, former: Float32Array, motion: Float32Array, k: number, anew: number) => {
  const columns = centroids.length / k
  const groups = Math.ceil(k / 4)
  const buffers = { centroids, halfNorms: halfNormsOf(centroids, k, columns), former, motion }
  const parameters = { centroidCount: k, columns, groups, anew }
  return { parameters, buffers }
}

/** Points and centroids, two of them equal, after the first pass; then some centroids move by whole numbers. */
function boundedOf(random: () => number, rows: number, columns: number, k: number, most: number) {
  const groups = Math.ceil(k / 4)
  const centroids = wholes(random, k * columns, 5)
  if (k > 3) centroids.copyWithin((k - 1) * columns, columns, 2 * columns)
  const former = centroids.slice()
  const motion = new Float32Array(motionWords(groups))
  const tracked = track(centroids, former, motion, k, 1)
  trackCentroids.twin(tracked.parameters, tracked.buffers, {})
  const points = wholes(random, (rows + 2) * columns, 5)
  points.set(centroids.subarray(0, Math.min(points.length, centroids.length)))
  const sample = {
    parameters: {
      firstRow: 0,
      rows: rows + 2,
      allRows: rows + 2,
      columns,
      centroidCount: k,
      groups,
      most,
      scale: 0.5,
      chunk: 1,
      anew: 1,
    },
    buffers: {
      points: points.map((value) => 2 * value + 1),
      shift: new Float32Array(columns).fill(1),
      centroids,
      motion,
      bounds: new Float32Array(boundsWords(rows + 2, groups)),
      labels: new Uint32Array(rows + 2).fill(k),
      moves: new Uint32Array(2 * rows + 4),
      state: Uint32Array.of(3, 0, 1, 5, 8, 0, 9),
    },
  }
  return sample
}

const SHAPES = [
  { rows: 1, columns: 1, k: 1, most: 0 },
  { rows: 20, columns: 9, k: 7, most: 3 },
  { rows: 65, columns: 16, k: 21, most: 21 },
  { rows: 70, columns: 30, k: 8, most: 1 },
]

export default [
  samplesOf(trackCentroids, {
    agreement: { within: 1e-5, reason: 'shares of rounding errors are added to lengths', exact: ['former'] },
    samples: (random) =>
      [0, 1].flatMap((anew) =>
        [1, 3, 70, 130].map((k) => {
          const columns = k === 70 ? 11 : 2
          const centroids = wholes(random, k * columns)
          const former = centroids.map((value, i) => (i % 3 ? value : value + 1))
          return track(centroids, former, wholes(random, motionWords(Math.ceil(k / 4))).map(Math.abs), k, anew)
        }),
      ),
  }),
  samplesOf(nearestBounded, {
    agreement: { within: 1e-5, reason: 'slacks and roots of up to 20 in float32' },
    samples: (random) =>
      SHAPES.flatMap(({ rows, columns, k, most }) => {
        const first = boundedOf(random, rows, columns, k, most)
        const next = boundedOf(random, rows, columns, k, most)
        const { centroids, motion } = next.buffers
        nearestBounded.twin(next.parameters, next.buffers, {})
        const former = centroids.slice()
        for (let i = 0; i < centroids.length; i += 5) centroids[i] += 1
        const tracked = track(centroids, former, motion, k, 0)
        trackCentroids.twin(tracked.parameters, tracked.buffers, {})
        next.buffers.state = Uint32Array.of(3, 0, 2, 5, 8, 0, 9)
        const bounded = { ...next, parameters: { ...next.parameters, firstRow: 1, rows: rows + 1, anew: 0 } }
        const stopped = { ...next, buffers: { ...next.buffers, state: Uint32Array.of(0, 1, 2, 5, 8, 0, 9) } }
        return [first, bounded, stopped]
      }),
    // Moved points are listed in random order, and the bounds of points' own centroids are above all others.
    arrange({ moves, state, bounds }) {
      const listed = Array.from({ length: state[5] }, (_, at) => moves.subarray(2 * at, 2 * at + 2).slice())
      listed.sort((a, b) => a[0] - b[0])
      for (const [at, move] of listed.entries()) moves.set(move, 2 * at)
      for (const [at, bound] of bounds.entries()) if (bound > 1e38) bounds[at] = 0
    },
  }),
]
