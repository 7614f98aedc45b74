import { chooseShift } from '../../../src/kernels/points/choose-shift.js'
import { columnStatistics, STATISTICS_ROWS } from '../../../src/kernels/points/column-statistics.js'
import { gatherRows } from '../../../src/kernels/points/gather-rows.js'
import { importTexels } from '../../../src/kernels/points/import-texels.js'
import { packHalves } from '../../../src/kernels/points/pack-halves.js'
import { unpackHalves } from '../../../src/kernels/points/unpack-halves.js'
import { writeRows } from '../../../src/kernels/points/write-rows.js'
import { NONE } from '../../../src/kernels/shared/none.js'
import { floats, integers, samplesOf, wholes } from '../sample'

/** Statistics of `blocks` of columns: bounds in `range` above `from`, and whole sums about a reference. */
function statisticsOf(random: () => number, count: number, from: number, range: number): Float32Array {
  return Float32Array.from({ length: 4 * count }, (_, i) => {
    if (i % 4 < 2) return from + (i % 4) * range + Math.floor(random() * range)
    return Math.floor(random() * 65) - 32
  })
}

/** Rows and columns, and the place of the first row. */
const ROWS = [
  [1, 1, 0],
  [7, 9, 2],
  [64, 1, 0],
  [13, 5, 3],
  [100, 4, 1],
]

export default [
  samplesOf(chooseShift, {
    agreement: 'exact',
    samples(random) {
      const shapes = [1, 63, 64, 65].flatMap((columns) => [1, 5].map((blocks) => [columns, blocks]))
      const some = shapes.map(([columns, blocks]) => ({
        // A power of two, since every device divides exactly by it.
        parameters: { rows: 64 * blocks, columns, blocks },
        buffers: {
          statistics: statisticsOf(random, blocks * columns, 100, 10),
          reference: wholes(random, columns).map((value) => value + 200),
          shift: floats(random, columns),
          bounds: floats(random, 2 * columns),
        },
      }))
      // One column each: constant; means on either side of, and half way between, multiples of the unit;
      // the smallest and the largest range.
      const columns = [
        [5, 5, 0, 5],
        [1, 9, 0, 3],
        [1, 9, 0, 4],
        [1, 9, 0, 12],
        [1, 9, 0, 13],
        [-9, -1, 0, -12],
        [-9, -1, 16, -13],
        [-4, -3, 8, -4],
        [0, 2 ** -126, 0, 2 ** -126],
        [-(2 ** 126), 2 ** 126, 0, 2 ** 126],
        [2 ** 23 + 1, 2 ** 23 + 2, 16, 2 ** 23 + 1],
      ]
      const edges = {
        parameters: { rows: 16, columns: columns.length, blocks: 1 },
        buffers: {
          statistics: Float32Array.from(columns.flatMap(([least, greatest, sum]) => [least, greatest, sum, 0])),
          reference: Float32Array.from(columns, ([, , , reference]) => reference),
          shift: new Float32Array(columns.length),
          bounds: new Float32Array(2 * columns.length),
        },
      }
      return [...some, edges]
    },
  }),
  samplesOf(columnStatistics, {
    agreement: 'exact',
    samples: (random) =>
      [
        { rows: 1, columns: 1, firstBlock: 0, bad: [] },
        { rows: STATISTICS_ROWS, columns: 3, firstBlock: 0, bad: [] },
        { rows: STATISTICS_ROWS + 1, columns: 3, firstBlock: 0, bad: [[5, Number.NaN]] },
        { rows: 4 * STATISTICS_ROWS + 7, columns: 40, firstBlock: 2, bad: [] },
        // An earlier block contained one.
        {
          rows: STATISTICS_ROWS + 9,
          columns: 2,
          firstBlock: 1,
          bad: [[2 * STATISTICS_ROWS + 3, Number.NaN]],
          found: 17,
        },
        {
          rows: 3 * STATISTICS_ROWS,
          columns: 2,
          firstBlock: 1,
          bad: [
            [3 * STATISTICS_ROWS, Number.POSITIVE_INFINITY],
            [4 * STATISTICS_ROWS + 1, Number.NEGATIVE_INFINITY],
          ],
        },
      ].map(({ rows, columns, firstBlock, bad, found = NONE }) => {
        const all = Math.ceil(rows / STATISTICS_ROWS)
        const points = wholes(random, rows * columns)
        for (const [at, value] of bad) points[at] = value
        return {
          parameters: { rows, columns, firstBlock, blocks: all - firstBlock, scale: 0.5 },
          buffers: {
            points,
            reference: wholes(random, columns),
            statistics: floats(random, 4 * all * columns),
            firstBad: Uint32Array.of(found),
          },
        }
      }),
    // Statistics that include NaN or infinity are arbitrary, since their readers are notified.
    arrange(left, { buffers }) {
      if (!buffers.points.every(Number.isFinite)) left.statistics.fill(0)
    },
  }),
  samplesOf(gatherRows, {
    agreement: 'exact',
    samples: (random) =>
      ROWS.map(([count, columns, firstTarget]) => ({
        parameters: { count, columns, firstTarget, scale: 0.25 },
        buffers: {
          points: floats(random, 50 * columns, 100),
          shift: floats(random, columns, 100),
          rowNumbers: integers(random, count, 50),
          gathered: floats(random, (firstTarget + count + 1) * columns),
        },
      })),
  }),
  samplesOf(importTexels, {
    agreement: 'exact',
    samples(random) {
      const shapes = [1, 2, 4].flatMap((channelBytes) =>
        [
          [1, 1, 1, 1, 0],
          [16, 16, 4, 4, 0],
          [16, 16, 4, 3, 1],
          [5, 13, 4, 4, 1],
          [65, 2, 2, 1, 0],
          [31, 9, 2, 2, 0],
        ].map((rest) => [channelBytes, ...rest]),
      )
      return shapes.map(([channelBytes, width, height, channels, columns, bgra]) => {
        const rowBytes = 256 * Math.ceil((width * channels * channelBytes) / 256)
        const bytes = new Uint8Array(rowBytes * height)
        const view = new DataView(bytes.buffer)
        for (let at = 0; at < bytes.length; at += channelBytes) {
          // Bytes of every value, and halves of every exponent, that of infinities included; these are no NaN.
          const half = Math.floor(random() * 0x7c01) + (random() < 0.5 ? 0x8000 : 0)
          if (channelBytes === 1) view.setUint8(at, (37 * at) % 256)
          else if (channelBytes === 2) view.setUint16(at, half === 0x8000 ? 0 : half, true)
          else view.setFloat32(at, (random() - 0.5) * 10 ** Math.floor(random() * 60 - 30), true)
        }
        const count = width * height * columns
        return {
          parameters: { width, count, columns, rowBytes, channels, channelBytes, bgra },
          buffers: { rows: new Uint32Array(bytes.buffer), points: floats(random, count + 1) },
        }
      })
    },
  }),
  samplesOf(writeRows, {
    agreement: 'exact',
    samples: (random) =>
      ROWS.map(([count, columns, first]) => ({
        parameters: { count, columns, first },
        buffers: {
          values: wholes(random, count * columns, 1000),
          mean: wholes(random, columns, 1000),
          // Powers of two, since every device divides exactly by them.
          factor: Float32Array.from({ length: columns }, () => 2 ** Math.floor(random() * 8 - 4)),
          rows: floats(random, (first + count + 1) * columns),
        },
      })),
  }),
  samplesOf(packHalves, {
    agreement: 'exact',
    samples(random) {
      const shapes = [
        [1, 1, 0],
        [127, 3, 2],
        [128, 4, 0],
        [131, 7, 5],
      ]
      // All but the last bits of numbers of every size, ties, and what is subnormal.
      const edges = [
        0,
        -0,
        1,
        -1.5,
        2 ** -29,
        2 ** -30,
        2 ** -30 * 1.001,
        2 ** -31,
        1 + 2 ** -11,
        1 + 3 * 2 ** -11,
        1e-30,
      ]
      return shapes.map(([count, columns, firstWord]) => ({
        parameters: { count, columns, firstWord, scale: 0.5 },
        buffers: {
          points: Float32Array.from(
            { length: count },
            (_, i) => edges[i] ?? (2 * random() - 1) * 2 ** -Math.floor(40 * random()),
          ),
          shift: count < 129 ? new Float32Array(columns) : floats(random, columns),
          halves: new Uint32Array(firstWord + Math.ceil(count / 2) + 1),
          deviations: floats(random, count + 1),
        },
      }))
    },
  }),
  samplesOf(unpackHalves, {
    agreement: 'exact',
    samples: (random) =>
      [1, 2, 127, 129].map((count) => {
        // Neither subnormal nor infinite.
        const half = () =>
          random() < 0.1 ? 0 : 0x400 + Math.floor(random() * 0x7800) + 0x8000 * Math.floor(2 * random())
        const words = Uint32Array.from({ length: Math.ceil(count / 2) }, () => half() + 2 ** 16 * half())
        return { parameters: { count }, buffers: { halves: words, points: floats(random, count + 1) } }
      }),
  }),
]
