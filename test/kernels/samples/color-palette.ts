import { assignColors } from '../../../src/kernels/color/palette/assign-colors.js'
import { averageColors } from '../../../src/kernels/color/palette/average-colors.js'
import { checkConvergence } from '../../../src/kernels/color/palette/check-convergence.js'
import { listCandidates } from '../../../src/kernels/color/palette/list-candidates.js'
import { mapColors } from '../../../src/kernels/color/palette/map-colors.js'
import { measureMapping } from '../../../src/kernels/color/palette/measure-mapping.js'
import { placeColors } from '../../../src/kernels/color/palette/place-colors.js'
import { placePalette } from '../../../src/kernels/color/palette/place-palette.js'
import { FULL, NO_LABEL, State, SUM_WORDS } from '../../../src/kernels/color/palette/quantizer-state.js'
import { roundPalette } from '../../../src/kernels/color/palette/round-palette.js'
import { countCells } from '../../../src/kernels/color/space/color-cell.js'
import { transfer } from '../../../src/kernels/color/space/transfer.js'
import {
  anything,
  coordinatesOf,
  distinctColors,
  pointsOf,
  randomCentroids,
  randomPixels,
  randomWeights,
  searchOf,
} from '../colors'
import { integers, type Sample, samplesOf } from '../sample'

type Random = () => number
type Space = { ALPHA: boolean; OKLAB: boolean }
type PointFlags = Space & { PACKED: boolean }

/** Only sRGB coordinates are not packed. */
const allowsPoints = ({ PACKED, OKLAB }: PointFlags) => PACKED || !OKLAB

/** The words of `state`, some of which are set. */
function stateOf(random: Random, words: Partial<Record<keyof typeof State, number>>): Uint32Array {
  const state = anything(random, State.words)
  for (const [name, value] of Object.entries(words)) state[State[name as keyof typeof State]] = value
  return state
}

/** The sums of clusters after a pass over all points from no labels. */
function firstPass(random: Random, colorCount: number, centroidCount: number, flags: PointFlags) {
  const points = pointsOf(distinctColors(random, colorCount, flags.ALPHA), flags)
  const weights = randomWeights(random, colorCount)
  const centroids = randomCentroids(random, centroidCount, flags)
  const labels = new Uint32Array(colorCount).fill(NO_LABEL)
  const sums = new Uint32Array(SUM_WORDS * centroidCount)
  const { search, lists } = searchOf(centroids, flags, centroidCount)
  assignColors.twin(
    { firstColor: 0, colorCount, ...search },
    { points, weights, centroids, ...lists, labels, sums, state: new Uint32Array(State.words) },
    flags,
  )
  return { points, weights, centroids, labels, sums }
}

export default [
  samplesOf(assignColors, {
    agreement: 'exact',
    allows: allowsPoints,
    samples: (random, flags) =>
      [
        { colorCount: 1, centroidCount: 1, labelled: false },
        { colorCount: 511, centroidCount: 7, labelled: false },
        { colorCount: 512, centroidCount: 40, labelled: true },
        { colorCount: 513, centroidCount: 3, labelled: true },
        { colorCount: 900, firstColor: 200, centroidCount: 20, labelled: true },
        { colorCount: 300, centroidCount: 20, labelled: false, workgroupSize: 8 },
        { colorCount: 100, centroidCount: 20, labelled: true, converged: 1 },
      ].map(({ colorCount, firstColor = 0, centroidCount, labelled, converged = 0, workgroupSize }) => {
        const before = firstPass(random, firstColor + colorCount + 10, centroidCount, flags)
        const centroids = randomCentroids(random, centroidCount, flags)
        const { search, lists } = searchOf(centroids, flags, Math.ceil(centroidCount / 3))
        return {
          parameters: { firstColor, colorCount, ...search },
          buffers: {
            ...before,
            centroids,
            ...lists,
            labels: labelled ? before.labels : before.labels.fill(NO_LABEL),
            sums: labelled ? before.sums : before.sums.fill(0),
            state: stateOf(random, { converged, changes: 3 }),
          },
          workgroupSize,
        }
      }),
  }),
  samplesOf(averageColors, {
    agreement: 'exact',
    samples: (random, space) =>
      [
        { centroidCount: 1, fixedCount: 0 },
        { centroidCount: 63, fixedCount: 5 },
        { centroidCount: 64, fixedCount: 0 },
        { centroidCount: 300, fixedCount: 0, colorCount: 600 },
        { centroidCount: 65, fixedCount: 65 },
        { centroidCount: 65, fixedCount: 0, converged: 1 },
        { centroidCount: 21, fixedCount: 2, workgroupSize: 4 },
        // Hardly one colour per cluster, including opaque ones of weight 0 beside transparent ones.
        { centroidCount: 200, fixedCount: 0, colorCount: 200 },
      ].map(({ centroidCount, fixedCount, colorCount = 500, converged = 0, workgroupSize }) => {
        const { sums } = firstPass(random, colorCount, centroidCount, { ...space, PACKED: true })
        if (space.ALPHA && centroidCount > 20) sums.set([9, 0, 0, 0, 0, 0, 0, 0, 0, 1], SUM_WORDS * 20)
        return {
          parameters: { centroidCount, fixedCount },
          buffers: {
            centroids: randomCentroids(random, centroidCount, space),
            sums,
            state: stateOf(random, { converged, movement: 2 ** 32 - 1000 }),
          },
          workgroupSize,
        }
      }),
  }),
  samplesOf(checkConvergence, {
    agreement: 'exact',
    samples(random) {
      const samples: Sample<typeof checkConvergence.parameters, typeof checkConvergence.bindings>[] = []
      const thresholds = [
        [0, 0],
        [1, 0],
        [1, 1],
        [2 ** 32 - 1, 2 ** 20],
      ]
      for (const byMovement of [0, 1]) {
        for (const [thresholdLow, thresholdHigh] of thresholds) {
          for (const [low, high, changes, converged] of [
            [0, 0, 0, 0],
            [1, 0, 1, 0],
            [2, 1, 2 ** 32 - 1, 0],
            [0, 2 ** 20, 0, 0],
            [1, 1, 5, 1],
          ]) {
            const state = stateOf(random, { movement: low, changes, converged })
            state[State.movement + 1] = high
            samples.push({ parameters: { byMovement, thresholdLow, thresholdHigh }, buffers: { state } })
          }
        }
      }
      return samples
    },
  }),
  samplesOf(listCandidates, {
    agreement: 'exact',
    samples: (random, space) =>
      [
        { cellBits: 1, parentBits: 0, centroidCount: 1, capacity: 1 },
        { cellBits: 1, parentBits: 0, centroidCount: 30, capacity: 30 },
        { cellBits: 3, parentBits: 1, centroidCount: 40, capacity: 6 },
        { cellBits: 3, parentBits: 1, parentCapacity: 20, centroidCount: 40, capacity: 40 },
        { cellBits: 2, parentBits: 1, centroidCount: 200, capacity: 50, workgroupSize: 3 },
        { cellBits: 2, parentBits: 0, centroidCount: 9, capacity: 9, converged: 1 },
        { cellBits: 2, parentBits: 0, centroidCount: 9, capacity: 9, converged: 1, skipWhenConverged: 1 },
        { cellBits: 2, parentBits: 0, centroidCount: 9, capacity: 9, skipWhenConverged: 1 },
      ].map(({ cellBits, parentBits, centroidCount, capacity, workgroupSize, ...rest }) => {
        const { parentCapacity = centroidCount, converged = 0, skipWhenConverged = 0 } = rest
        const cellCount = countCells(cellBits, space)
        const centroids = randomCentroids(random, centroidCount, space)
        const parent = searchOf(centroids, space, parentCapacity, parentBits).lists
        const all = Uint32Array.of(FULL)
        return {
          parameters: {
            cellCount,
            cellBits,
            parentBits,
            occupiedOffset: 7,
            centroidCount,
            capacity,
            skipWhenConverged,
          },
          buffers: {
            centroids,
            occupied: integers(random, 7 + cellCount, 3),
            parentCandidates: parentBits ? parent.candidates : all,
            parentCounts: parentBits ? parent.candidateCounts : all,
            candidates: anything(random, cellCount * capacity),
            candidateCounts: anything(random, cellCount),
            state: stateOf(random, { converged }),
          },
          workgroupSize,
        }
      }),
  }),
  samplesOf(mapColors, {
    agreement: 'exact',
    allows: allowsPoints,
    samples: (random, flags) =>
      [
        { colorCount: 1, entryCount: 1 },
        { colorCount: 511, entryCount: 7 },
        { colorCount: 512, entryCount: 300 },
        { colorCount: 513, entryCount: 40 },
        { colorCount: 700, firstColor: 200, entryCount: 20 },
        { colorCount: 100, entryCount: 20, workgroupSize: 4 },
      ].map(({ colorCount, firstColor = 0, entryCount, workgroupSize }) => {
        const count = firstColor + colorCount + 10
        const centroids = coordinatesOf(randomPixels(random, entryCount, flags.ALPHA), flags)
        const { search, lists } = searchOf(centroids, flags, Math.ceil(entryCount / 3))
        return {
          parameters: { firstColor, colorCount, ...search },
          buffers: {
            points: pointsOf(distinctColors(random, count, flags.ALPHA), flags),
            counts: randomWeights(random, count),
            centroids,
            ...lists,
            labels: anything(random, count),
            populations: integers(random, entryCount, 100),
            state: stateOf(random, {}),
          },
          workgroupSize,
        }
      }),
  }),
  samplesOf(measureMapping, {
    agreement: 'exact',
    samples: (random, space) =>
      [
        { colorCount: 1 },
        { colorCount: 511 },
        { colorCount: 512 },
        { colorCount: 513 },
        { colorCount: 700, firstColor: 200 },
        { colorCount: 100, workgroupSize: 4 },
      ].map(({ colorCount, firstColor = 0, workgroupSize }) => {
        const count = firstColor + colorCount + 10
        return {
          parameters: { firstColor, colorCount },
          buffers: {
            colors: distinctColors(random, count, space.ALPHA),
            weights: randomWeights(random, count),
            labels: integers(random, count, 20),
            entries: coordinatesOf(randomPixels(random, 20, space.ALPHA), space),
            transfer,
            sum: Uint32Array.of(2 ** 32 - 1, 7),
          },
          workgroupSize,
        }
      }),
  }),
  samplesOf(placeColors, {
    agreement: 'exact',
    samples: (random, { PACKED, ...space }) =>
      [
        { colorCount: 1, cellBits: 3 },
        { colorCount: 63, cellBits: 3 },
        { colorCount: 64, cellBits: 2 },
        { colorCount: 65, cellBits: 2 },
        { colorCount: 5000, cellBits: 3 },
        { colorCount: 50, cellBits: 3, workgroupSize: 4 },
      ].map(({ colorCount, cellBits, workgroupSize }) => {
        const coarseBits = cellBits - 2
        const cellCount = countCells(cellBits, space)
        return {
          parameters: { colorCount, cellBits, cellCount, coarseBits },
          buffers: {
            colors: distinctColors(random, colorCount, space.ALPHA),
            transfer,
            points: anything(random, PACKED ? 2 * colorCount : 1),
            occupied: new Uint32Array(cellCount + countCells(coarseBits, space)),
          },
          workgroupSize,
        }
      }),
  }),
  samplesOf(placePalette, {
    agreement: 'exact',
    samples: (random, { ALPHA }) =>
      [1, 63, 64, 65, 5000].map((entryCount) => ({
        parameters: { entryCount },
        buffers: {
          palette: randomPixels(random, entryCount, ALPHA),
          transfer,
          entries: anything(random, 4 * entryCount + 4),
        },
      })),
  }),
  samplesOf(roundPalette, {
    agreement: 'exact',
    samples: (random, space) =>
      [
        { centroidCount: 1, fixedCount: 0 },
        { centroidCount: 63, fixedCount: 5 },
        { centroidCount: 64, fixedCount: 64 },
        { centroidCount: 65, fixedCount: 0 },
        { centroidCount: 2000, fixedCount: 1 },
        { centroidCount: 30, fixedCount: 3, workgroupSize: 4 },
      ].map(({ centroidCount, fixedCount, workgroupSize }) => ({
        parameters: { centroidCount, fixedCount },
        buffers: {
          centroids: randomCentroids(random, centroidCount, space),
          transfer,
          palette: anything(random, centroidCount),
        },
        workgroupSize,
      })),
  }),
]
