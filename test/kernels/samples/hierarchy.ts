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
        { clusters: 301, columns: 8, queries: 271, firstOfSlice: 1, sliceGroups: 75 },
      ].map(({ clusters, columns, queries = clusters, first = 0, firstOfSlice = 0, ...rest }, index) => {
        const { sliceGroups } = { sliceGroups: Math.ceil(clusters / 4), ...rest }
        const queryGroups = Math.ceil(queries / 4)
        const { count } = { count: queryGroups - first, ...rest }
        const values = wholes(random, clusters * columns, 5)
        // Sums of two are rounded to powers of two, division by which is exact.
        const weights = integers(random, clusters, 2)
        const valueIn = (cluster: number, column: number) =>
          column < columns ? values[columns * cluster + column] : [1, 2 ** -30][weights[cluster]]
        // The last cluster fills the last group.
        const packed = (groups: number, width: number, numberIn: (row: number, column: number) => number) =>
          Float32Array.from({ length: 4 * groups * width }, (_, at) =>
            numberIn(at % (4 * groups), Math.floor(at / (4 * groups))),
          )
        // Some clusters are left out where not all are searched for.
        const numberOf = (query: number) => Math.min(query + (query > 100 ? clusters - queries : 0), clusters - 1)
        return {
          parameters: { clusters, columns, first, count, queryGroups, firstOfSlice, sliceGroups },
          buffers: {
            queries: packed(queryGroups, columns + 2, (query, column) =>
              column > columns ? numberOf(query) : valueIn(numberOf(query), column),
            ),
            slice: packed(sliceGroups, columns + 1, (row, column) =>
              valueIn(Math.min(4 * firstOfSlice + row, clusters - 1), column),
            ),
            found: Uint32Array.from({ length: 8 * queryGroups }, (_, at) => (at % 8 < 4 ? bitsOf(at % 13) : at)),
          },
          constants: { GROUPS: 1 + (index % 3), COLUMNS: CACHED ? columns : 1 },
          workgroupSize: index % 2 ? 16 : 64,
        }
      }),
  }),
  samplesOf(pairDistances, {
    agreement: { within: 1e-6, reason: 'roots, which devices round by themselves' },
    // Only software adapters keep points.
    allows: ({ CACHED, UNIFORM }) => UNIFORM || !CACHED,
    samples: (random, { CACHED }) =>
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
          constants: CACHED ? { GROUPS: 3, COLUMNS: columns } : undefined,
          workgroupSize: count % 2 ? 16 : 64,
        }
      }),
  }),
]
