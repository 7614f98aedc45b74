import { nearestCluster } from '../../../src/kernels/hierarchy/nearest-cluster.js'
import { pairDistances } from '../../../src/kernels/hierarchy/pair-distances.js'
import { integers, samplesOf, wholes } from '../sample'

const bits = new Uint32Array(1)
function bitsOf(value: number): number {
  new Float32Array(bits.buffer)[0] = value
  return bits[0]
}

export default [
  samplesOf(nearestCluster, {
    agreement: 'exact',
    // Ward's linkage has Euclidean distances only.
    allows: ({ WARD, MANHATTAN }) => !(WARD && MANHATTAN),
    samples: (random, { CACHED }) =>
      [
        { clusters: 1, columns: 3 },
        { clusters: 6, columns: 1 },
        { clusters: 40, columns: 2, first: 3, count: 4 },
        { clusters: 263, columns: 5 },
        { clusters: 263, columns: 5, firstOfSlice: 40, sliceGroups: 20 },
        { clusters: 301, columns: 8, firstOfChunk: 7, chunkGroups: 68, firstOfSlice: 1, sliceGroups: 75 },
      ].map(({ clusters, columns, first = 0, firstOfChunk = 0, firstOfSlice = 0, ...rest }, index) => {
        const groups = Math.ceil(clusters / 4)
        const { chunkGroups, sliceGroups } = { chunkGroups: groups, sliceGroups: groups, ...rest }
        const { count } = { count: chunkGroups - first, ...rest }
        const values = wholes(random, 4 * groups * columns, 5)
        // Sums of two are rounded to powers of two, division by which is exact.
        const weights = integers(random, 4 * groups, 2)
        const packed = (from: number, length: number) =>
          Float32Array.from({ length: 4 * length * (columns + 1) }, (_, at) => {
            const column = Math.floor(at / (4 * length))
            const cluster = 4 * from + (at % (4 * length))
            return column < columns ? values[4 * groups * column + cluster] : [1, 2 ** -30][weights[cluster]]
          })
        return {
          parameters: { clusters, columns, first, count, firstOfChunk, chunkGroups, firstOfSlice, sliceGroups },
          buffers: {
            chunk: packed(firstOfChunk, chunkGroups),
            slice: packed(firstOfSlice, sliceGroups),
            found: Uint32Array.from({ length: 8 * chunkGroups }, (_, at) => (at % 8 < 4 ? bitsOf(at % 13) : at)),
          },
          constants: { GROUPS: 1 + (index % 3), COLUMNS: CACHED ? columns : 1 },
          workgroupSize: index % 2 ? 16 : 64,
        }
      }),
  }),
  samplesOf(pairDistances, {
    agreement: { within: 1e-6, reason: 'roots, which devices round by themselves' },
    samples: (random) =>
      [
        { columns: 1, columnGroups: 1, rowGroups: 1, count: 1, rooted: 1, stride: 1 },
        { columns: 3, columnGroups: 70, rowGroups: 9, first: 2, count: 7, rooted: 1, stride: 80, firstColumn: 4 },
        { columns: 5, columnGroups: 3, rowGroups: 40, count: 38, stride: 3, firstRow: 2, members: 2 },
        { columns: 2, columnGroups: 20, rowGroups: 20, count: 20, stride: 20, members: 2, complete: 1 },
      ].map((given) => {
        const zeros = { first: 0, rooted: 0, firstRow: 0, firstColumn: 0, complete: 0 }
        const parameters = { ...zeros, members: 1, ...given }
        const { columns, columnGroups, rowGroups, count, stride, firstRow } = parameters
        return {
          parameters,
          buffers: {
            columnPoints: wholes(random, 8 * columns * columnGroups, 9),
            rowPoints: wholes(random, 8 * columns * rowGroups, 9),
            distances: new Float32Array(16 * (firstRow + count) * stride).fill(-1),
          },
          workgroupSize: count % 2 ? 16 : 64,
        }
      }),
  }),
]
