import { addMoments } from '../../../src/kernels/mixture/add-moments.js'
import { centerPoints } from '../../../src/kernels/mixture/center-points.js'
import { combineDensities } from '../../../src/kernels/mixture/combine-densities.js'
import { momentCount, recordLayout, whiten } from '../../../src/kernels/mixture/component-records.js'
import { diagonalDensities } from '../../../src/kernels/mixture/diagonal-densities.js'
import { diagonalMoments } from '../../../src/kernels/mixture/diagonal-moments.js'
import { nearestResponsibilities } from '../../../src/kernels/mixture/nearest-responsibilities.js'
import { pointDensities } from '../../../src/kernels/mixture/point-densities.js'
import { pointMoments } from '../../../src/kernels/mixture/point-moments.js'
import { sumLogDensities } from '../../../src/kernels/mixture/sum-log-densities.js'
import { weighWhitened } from '../../../src/kernels/mixture/weigh-whitened.js'
import { whitenedDensities } from '../../../src/kernels/mixture/whitened-densities.js'
import { floats, samplesOf, wholes } from '../sample'

/** Rows before the tile, rows, columns, components before the group, components. */
const tiles = [
  [0, 1, 1, 0, 1],
  [0, 64, 2, 0, 2],
  [3, 65, 3, 1, 4],
  [5, 130, 17, 2, 3],
  [0, 300, 2, 0, 70],
]
const parametersOf = ([firstRow, rows, columns, firstComponent, components]: number[]) => {
  const width = 4 * Math.ceil((columns + 1) / 4)
  return { firstRow, rows, columns, width, firstComponent, components }
}
type Tile = ReturnType<typeof parametersOf>

/** The content of every binding that is read, of whole numbers, of which one row is far from all means. */
const operandsOf = (random: () => number, { firstRow, rows, columns, width, firstComponent, components }: Tile) => {
  const all = firstComponent + components
  const points = wholes(random, (firstRow + rows) * columns)
  points.fill(2 ** 80, (firstRow + rows - 1) * columns)
  return {
    points,
    weights: wholes(random, firstRow + rows).map(Math.abs),
    means: wholes(random, all * columns),
    factors: wholes(random, all * columns, 2),
    offsets: wholes(random, all * columns, 2),
    constants: wholes(random, all, 40),
    whitened: wholes(random, components * rows * width, 3),
    densities: floats(random, all * rows),
    responsibilities: wholes(random, all * rows).map((value) => value * value),
  }
}
const noFirst = ({ firstRow, rows, columns, components, firstComponent }: Tile) => {
  return { firstRow, rows, columns, components: firstComponent + components }
}
const inGroup = ({ rows, columns, width, firstComponent, components }: Tile) => {
  return { rows, columns, width, firstComponent, components }
}

/** Rows before the tile, rows, columns, components, points of a thread. */
const pointTiles = [
  [0, 1, 1, 1, 4],
  [3, 130, 4, 3, 1],
  [2, 97, 5, 19, 2],
]
/** The same with lanes of a slice and components of a thread, in workgroups of 8. */
const momentTiles = [
  [...pointTiles[0], 1, 1],
  [...pointTiles[1], 8, 1],
  [...pointTiles[2], 2, 2],
]
const fewOf = (random: () => number, [firstRow, rows, columns, components]: number[], diagonal: boolean) => {
  const layout = recordLayout(columns, diagonal)
  const records = new Float32Array(components * layout.size)
  const whole = (limit: number) => Math.floor(random() * (2 * limit + 1)) - limit
  for (let record = 0; record < records.length; record += layout.size) {
    for (let i = 0; i < columns; i++) {
      records[record + layout.mean(i)] = whole(9)
      records[record + layout.offset(i)] = whole(1)
      for (let j = diagonal ? i : 0; j <= i; j++) records[record + layout.factor(i, j)] = whole(2)
    }
    records[record + layout.constant] = whole(9)
  }
  return {
    parameters: { firstRow, rows, columns, components },
    records,
    points: wholes(random, (firstRow + rows) * columns),
    constants: { COLUMNS: columns, VECTORS: layout.size / 4 },
  }
}
/** Log densities in two parts, from which follows that a point belongs to one component, or if another is near to none. */
const decided = ({ parameters, records, points }: ReturnType<typeof fewOf>, diagonal: boolean) => {
  const { firstRow, rows, columns, components } = parameters
  const layout = recordLayout(columns, diagonal)
  const logDensities = new Float32Array(2 * (firstRow + rows))
  const y = new Float64Array(columns)
  for (let row = firstRow; row < firstRow + rows; row++) {
    const x = points.slice(row * columns, (row + 1) * columns)
    const densities = Array.from({ length: components }, (_, component) =>
      whiten(records, component * layout.size, layout, diagonal, x, y),
    )
    const own = densities[row % components]
    const decides = densities.every((density) => density === own || density < own - 200)
    logDensities.set([decides ? own + 3 : 1e30, -3], 2 * row)
  }
  return logDensities
}

export default [
  samplesOf(centerPoints, {
    agreement: 'exact',
    samples: (random) =>
      tiles.map((tile) => {
        const { width: _, ...parameters } = parametersOf(tile)
        const { points, means } = operandsOf(random, parametersOf(tile))
        const { components, rows, columns } = parameters
        return { parameters, buffers: { points, means, centered: floats(random, components * rows * columns + 1) } }
      }),
  }),
  samplesOf(whitenedDensities, {
    agreement: 'exact',
    samples: (random) =>
      tiles.map(parametersOf).map((tile) => {
        const { whitened, offsets, constants, densities } = operandsOf(random, tile)
        whitened[0] = 2 ** 70
        return { parameters: inGroup(tile), buffers: { whitened, offsets, constants, densities } }
      }),
  }),
  samplesOf(diagonalDensities, {
    agreement: 'exact',
    samples: (random) =>
      tiles.map(parametersOf).map((tile) => {
        const { points, means, factors, offsets, constants, densities } = operandsOf(random, tile)
        return { parameters: noFirst(tile), buffers: { points, means, factors, offsets, constants, densities } }
      }),
  }),
  samplesOf(combineDensities, {
    agreement: { within: 1e-6, reason: 'exp and log may be 3 units in the last place off, and sums are rounded' },
    samples: (random) =>
      tiles.map(parametersOf).map((tile) => {
        const { firstRow, rows, components } = noFirst(tile)
        const { weights } = operandsOf(random, tile)
        const densities = floats(random, components * rows, 20)
        // Equal densities, and components without points.
        for (let point = 0; point < rows; point += 3) {
          for (let at = point; at < components * rows; at += rows) densities[at] = at < 2 * rows ? -7 : -1e30
        }
        const logDensities = floats(random, 2 * (firstRow + rows + 1))
        const labels = new Uint32Array(firstRow + rows + 1).fill(99)
        return { parameters: { firstRow, rows, components }, buffers: { weights, densities, logDensities, labels } }
      }),
  }),
  samplesOf(weighWhitened, {
    agreement: 'exact',
    samples: (random) =>
      tiles.map(parametersOf).map((tile) => {
        const { responsibilities, offsets, whitened } = operandsOf(random, tile)
        return { parameters: inGroup(tile), buffers: { responsibilities, offsets, whitened } }
      }),
  }),
  samplesOf(addMoments, {
    agreement: 'exact',
    samples: (random) =>
      [
        [1, 1],
        [64, 3],
        [65, 40],
      ].map(([count, slices]) => ({
        parameters: { count, slices },
        buffers: { slices: wholes(random, slices * count, 1000), moments: wholes(random, count + 1, 1000) },
      })),
  }),
  samplesOf(diagonalMoments, {
    agreement: 'exact',
    samples: (random) =>
      tiles.map(parametersOf).map((tile) => {
        const { points, means, factors, offsets, responsibilities } = operandsOf(random, tile)
        points.fill(1, points.length - tile.columns)
        const parameters = noFirst(tile)
        const { rows, columns, components } = parameters
        const slices = floats(random, Math.ceil(rows / 256) * components * (1 + 2 * columns) + 1)
        return { parameters, buffers: { points, means, factors, offsets, responsibilities, slices } }
      }),
  }),
  samplesOf(sumLogDensities, {
    agreement: 'exact',
    samples: (random) =>
      [
        [1, 1],
        [64, 1],
        [65, 2],
        [5000, 79],
      ].map(([rows, groups]) => ({
        parameters: { rows, groups },
        buffers: {
          weights: wholes(random, rows).map(Math.abs),
          logDensities: wholes(random, 2 * rows, 50),
          sums: floats(random, groups + 1),
        },
      })),
  }),
  samplesOf(pointDensities, {
    agreement: {
      within: 1e-6,
      reason: 'exp and log may be 3 units in the last place off, and sums are rounded',
      exact: ['densities'],
    },
    samples: (random, { DIAGONAL }) =>
      pointTiles.map((tile) => {
        const { parameters, records, points, constants } = fewOf(random, tile, DIAGONAL)
        const { firstRow, rows, components } = parameters
        return {
          parameters,
          buffers: {
            points,
            records,
            logDensities: floats(random, 2 * (firstRow + rows + 1)),
            labels: new Uint32Array(firstRow + rows + 1).fill(99),
            densities: floats(random, components * rows + 1),
          },
          constants: { ...constants, POINTS: tile[4] },
          workgroupSize: 16,
        }
      }),
  }),
  samplesOf(pointMoments, {
    // Of log densities only those are compared whose exponentials are 0 or 1.
    agreement: 'exact',
    allows: ({ WEIGHTED, GIVEN }) => !(WEIGHTED && GIVEN),
    samples: (random, { DIAGONAL }) =>
      momentTiles.map((tile) => {
        const [LANES, COMPONENTS] = tile.slice(5)
        const few = fewOf(random, tile, DIAGONAL)
        const { firstRow, rows, columns, components } = few.parameters
        const SPAN = 8
        const slices = (8 / LANES) * Math.ceil(rows / ((8 / LANES) * SPAN))
        return {
          parameters: { ...few.parameters, slices },
          buffers: {
            points: few.points,
            weights: wholes(random, firstRow + rows).map(Math.abs),
            records: few.records,
            logDensities: decided(few, DIAGONAL),
            responsibilities: wholes(random, components * rows, 3).map(Math.abs),
            slices: floats(random, slices * components * momentCount(columns, DIAGONAL)),
          },
          constants: { ...few.constants, SPAN, LANES, COMPONENTS },
          workgroupSize: 8,
        }
      }),
    // Threads have a slice each, the twin one for all.
    arrange(left, { parameters: { slices } }) {
      const count = left.slices.length / slices
      for (let at = count; at < left.slices.length; at++) left.slices[at % count] += left.slices[at]
      left.slices = left.slices.slice(0, count)
    },
  }),
  samplesOf(nearestResponsibilities, {
    agreement: 'exact',
    samples: (random) =>
      tiles.map(parametersOf).map((tile) => {
        const { points, weights, means, responsibilities } = operandsOf(random, tile)
        // Whole numbers are often as near to two means.
        points.fill(1, points.length - tile.columns)
        return { parameters: { ...noFirst(tile), scale: 0.5 }, buffers: { points, weights, means, responsibilities } }
      }),
  }),
]
