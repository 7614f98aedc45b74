import { swapChanges } from '../../../src/kernels/medoids/swap-changes.js'
import { NONE } from '../../../src/kernels/shared/none.js'
import { integers, samplesOf, wholes } from '../sample'

export default [
  samplesOf(swapChanges, {
    agreement: { within: 1e-6, reason: 'roots, which devices round by themselves', exact: ['medoids'] },
    allows: ({ STORED, MANHATTAN, CACHED }) => !STORED || !(MANHATTAN || CACHED),
    samples: (random, { STORED, CACHED }) =>
      [
        { columns: 1, candidateGroups: 1, ends: [1], medoids: [0] },
        { columns: 3, candidateGroups: 9, first: 2, count: 7, ends: [2, 3, 9], medoids: [0, 3, NONE] },
        { columns: 2, candidateGroups: 70, ends: [4, 9], medoids: [2, 3], begins: 0 },
        { columns: 5, candidateGroups: 3, ends: [8], medoids: [NONE], begins: 0, rooted: 1 },
        { columns: 8, candidateGroups: 67, ends: [9, 11, 30], medoids: [5, 6, 65_535], rooted: 1 },
      ].map(({ columns: all, candidateGroups, first = 0, ends, medoids, begins = 1, rooted = 0, ...rest }, index) => {
        const columns = STORED ? 1 : CACHED ? 3 : all
        const { count } = { count: candidateGroups - first, ...rest }
        const pointGroups = ends.at(-1)!
        const points = 4 * pointGroups
        // Roots are never equal to these, so that no device rounds them to the other side.
        const nearest = integers(random, points, 20).map((value) => value + 1)
        const second = integers(random, points, 20).map((value, at) => nearest[at] + value)
        const offset = rooted ? 0.3 : 0
        return {
          parameters: { columns, first, count, candidateGroups, pointGroups, parts: ends.length, begins, rooted },
          buffers: {
            candidates: STORED
              ? wholes(random, 4 * points * candidateGroups, 20).map(Math.abs)
              : wholes(random, 4 * columns * candidateGroups, 9),
            points: Float32Array.from([
              ...(STORED ? integers(random, points, points) : wholes(random, points * columns, 9)),
              ...Array.from(nearest, (value) => value + offset),
              ...Array.from(second, (value) => value + offset),
              ...integers(random, points, 3),
            ]),
            clusters: Uint32Array.from(ends.flatMap((end, part) => [end, medoids[part]])),
            changes: wholes(random, 12 * candidateGroups, 99).map(Math.abs),
            medoids: integers(random, 4 * candidateGroups, 9),
          },
          constants: { GROUPS: index === 1 && !CACHED ? 2 : 1, COLUMNS: CACHED ? columns : 1 },
          workgroupSize: 16,
        }
      }),
  }),
]
