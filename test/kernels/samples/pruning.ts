import { packCentroids } from '../../../src/kernels/kmeans/pack-centroids.js'
import { BLOCK, LIST_WORDS, listCentroids } from '../../../src/kernels/kmeans/pruning/list-centroids.js'
import { nearestListed } from '../../../src/kernels/kmeans/pruning/nearest-listed.js'
import { NONE } from '../../../src/kernels/shared/none.js'
import { integers, samplesOf, wholes } from '../sample'

/** Rows, columns and centroids of blocks: one row, full blocks, more centroids than a list holds. */
const SHAPES = [
  { rows: 1, columns: 1, k: 1 },
  { rows: 3 * BLOCK, columns: 3, k: 9 },
  { rows: 2 * BLOCK + 5, columns: 2, k: 70, iterations: 3 },
  { rows: BLOCK + 1, columns: 11, k: 80, iterations: 1 },
  { rows: 5, columns: 2, k: 3, stopped: 1 },
]

const flat = (rows: number, columns: number) => Math.ceil(rows / BLOCK) * columns

/** Centroids as they are packed for nearest-centroid. */
function packedOf(centroids: Float32Array, k: number, columns: number) {
  const groups = Math.ceil(k / 4)
  const packed = new Float32Array(4 * groups * columns)
  const halfNorms = new Float32Array(4 * groups)
  const state = new Uint32Array(4)
  packCentroids.twin({ centroidCount: k, columns, groups, chunks: 0 }, { centroids, packed, halfNorms, state }, {})
  return { packed, halfNorms }
}

export default [
  samplesOf(listCentroids, {
    agreement: 'exact',
    samples: (random, { DIRECT }) =>
      [0, 1].flatMap((anew) =>
        SHAPES.map(({ rows, columns: own, k, iterations = 0, stopped = 0 }) => {
          const columns = DIRECT ? Math.min(own, 4) : own
          const centroids = wholes(random, k * columns)
          const { packed } = packedOf(centroids, k, columns)
          const former = packed.slice()
          if (k > 3) former[packed.length >> 1]++
          const blocks = flat(rows, 1)
          const lists = integers(random, LIST_WORDS * blocks, k)
          // The last block has a radius of 0 and the list that it had before.
          const balls = wholes(random, flat(rows, columns + 2)).map(Math.abs)
          balls[(columns + 1) * blocks - 1] = 0
          const sample = {
            parameters: { rows, columns, centroidCount: k, groups: Math.ceil(k / 4), anew },
            constants: { COLUMNS: DIRECT ? columns : 1 },
            buffers: {
              balls,
              packed,
              former,
              lists,
              state: Uint32Array.of(0, 0, 1),
              tally: Uint32Array.of(NONE - 3, 4),
            },
          }
          listCentroids.twin({ ...sample.parameters, anew: 1 }, sample.buffers, { DIRECT, UNIFORM: false })
          sample.buffers.state = Uint32Array.of(0, stopped, iterations)
          return sample
        }),
      ),
  }),
  samplesOf(nearestListed, {
    agreement: 'exact',
    samples: (random, { DIRECT }) =>
      SHAPES.map(({ rows, columns: own, k, iterations = 0, stopped = 0 }) => {
        const columns = DIRECT ? Math.min(own, 4) : own
        const blocks = flat(rows, 1)
        const centroids = wholes(random, k * columns, 2)
        if (k > 3) centroids.copyWithin((k - 1) * columns, columns, 2 * columns)
        const lists = integers(random, LIST_WORDS * blocks, k)
        for (let block = 0; block < blocks; block++) lists[block] = [Math.min(k, 5), k, 0][block % 3]
        const firstBlock = rows === 3 * BLOCK ? 1 : 0
        return {
          parameters: {
            firstBlock,
            someBlocks: blocks - firstBlock,
            rows,
            columns,
            groups: Math.ceil(k / 4),
            chunk: 1,
          },
          constants: { COLUMNS: DIRECT ? columns : 1, QUADS: rows === BLOCK + 1 ? 4 : 1 },
          workgroupSize: rows === BLOCK + 1 ? BLOCK / 16 : BLOCK / 4,
          buffers: {
            gathered: wholes(random, blocks * columns * BLOCK, 5),
            order: Uint32Array.from({ length: rows }, (_, place) => rows - 1 - place),
            lists,
            ...packedOf(centroids, k, columns),
            labels: integers(random, rows, k),
            moves: integers(random, 2 * rows, k),
            state: Uint32Array.of(3, stopped, iterations, 5, 8, 0, 9),
          },
        }
      }),
    // Moved points are listed in random order.
    arrange({ moves, state }) {
      const listed = Array.from({ length: state[5] }, (_, at) => moves.subarray(2 * at, 2 * at + 2).slice())
      listed.sort((a, b) => a[0] - b[0])
      for (const [at, move] of listed.entries()) moves.set(move, 2 * at)
    },
  }),
]
