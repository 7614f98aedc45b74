import { meanDistances, SLICES } from '../../../src/kernels/evaluation/mean-distances.js'
import { integers, samplesOf, wholes } from '../sample'

export default [
  samplesOf(meanDistances, {
    agreement: { within: 1e-6, reason: 'roots, which devices round by themselves, and sums of their rounded values' },
    // Extremes are compared by the sums of squares.
    allows: ({ MANHATTAN, SQUARED, EXTREMES }) => (EXTREMES ? SQUARED && !MANHATTAN : !(MANHATTAN && SQUARED)),
    samples: (random, { CACHED }) =>
      [
        { columns: 1, chunkGroups: 1, sliceGroups: 2 },
        { columns: 3, chunkGroups: 67, sliceGroups: 6, first: 2, count: 65 },
        { columns: 7, chunkGroups: 20, sliceGroups: 60, slice: 3, firstCluster: 4 },
        { columns: 2, chunkGroups: 5, sliceGroups: 8, slice: SLICES - 1, firstCluster: 2 },
      ].map(({ chunkGroups, sliceGroups, ...rest }) => {
        const isOdd = sliceGroups % 4 !== 0
        const columns = CACHED ? (isOdd ? 5 : 4) : rest.columns
        const { first, count, slice, firstCluster } = {
          first: 0,
          count: chunkGroups,
          slice: 0,
          firstCluster: 0,
          ...rest,
        }
        // Clusters of one and of several, of which the last one goes on; two at least, so that each point has another.
        const ends = Float32Array.from({ length: 4 * sliceGroups }, (_, at) =>
          at < 2 || random() < 0.15 ? [1, 0.5, 0.25][at % 3] : 0,
        )
        ends[4 * sliceGroups - 1] = 0
        return {
          parameters: { columns, first, count, chunkGroups, slice, sliceGroups, firstCluster },
          buffers: {
            chunk: wholes(random, 4 * columns * chunkGroups, 9),
            owners: integers(random, 4 * chunkGroups, 5).map((owner) => owner + firstCluster),
            slice: Float32Array.of(...wholes(random, 4 * columns * sliceGroups, 9), ...ends),
            state: wholes(random, 16 * chunkGroups, 20).map(Math.abs),
          },
          constants: {
            OWN: isOdd ? 2 : 1,
            ...(CACHED ? { GROUPS: 1, PART: 2, LAST: columns - 4 } : { GROUPS: 2 }),
          },
          workgroupSize: 16,
        }
      }),
  }),
]
