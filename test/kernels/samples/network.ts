import { applySlope } from '../../../src/kernels/network/apply-slope.js'
import { crossEntropy } from '../../../src/kernels/network/cross-entropy.js'
import { drawLatent } from '../../../src/kernels/network/draw-latent.js'
import { dropUnits } from '../../../src/kernels/network/drop-units.js'
import { gatherBatch } from '../../../src/kernels/network/gather-batch.js'
import { latentGradient } from '../../../src/kernels/network/latent-gradient.js'
import { measureReconstruction } from '../../../src/kernels/network/measure-reconstruction.js'
import { penalizeCode } from '../../../src/kernels/network/penalize-code.js'
import { shuffleRows } from '../../../src/kernels/network/shuffle-rows.js'
import { softmax } from '../../../src/kernels/network/softmax.js'
import { activate } from '../../../src/kernels/shared/activation.js'
import { floats, integers, samplesOf, wholes } from '../sample'

/** Rows and columns: one, a workgroup and one more, and several. */
const SHAPES = [
  { rows: 1, columns: 1 },
  { rows: 64, columns: 5 },
  { rows: 65, columns: 3 },
  { rows: 200, columns: 37 },
]

const EXPONENTIALS = 'WGSL lets exp be 3 + 2 |x| ulp off, and log and what is near 1 by 2⁻²¹, in sums of few terms'

/** Weights ≥ 0 of several rows, each with a sum of about 1. */
const distributions = (random: () => number, rows: number, columns: number) =>
  floats(random, rows * columns, 2 / columns).map(Math.abs)

export default [
  samplesOf(applySlope, {
    agreement: { within: 2 ** -20, reason: EXPONENTIALS },
    samples: (random) =>
      [0, 1, 2, 3, 4, 5].map((activation) => {
        const count = [1, 64, 65, 300, 63, 500][activation]
        return {
          parameters: { count, activation },
          buffers: {
            // From nearly 0 to large numbers.
            outputs: floats(random, count, 12).map((z) => activate(activation, z)),
            gradient: floats(random, count + 1, 3),
          },
        }
      }),
  }),
  samplesOf(crossEntropy, {
    agreement: { within: 2 ** -19, reason: EXPONENTIALS },
    samples: (random, { LABELS }) =>
      SHAPES.flatMap(({ rows, columns }) =>
        [1, 100].map((scale) => ({
          parameters: { rows, columns, scale: 1 / scale },
          buffers: {
            outputs: floats(random, rows * columns, scale),
            targets: LABELS ? Float32Array.from(integers(random, rows, columns)) : distributions(random, rows, columns),
            losses: floats(random, rows + 1),
            gradient: floats(random, rows * columns, 0.1),
          },
        })),
      ),
  }),
  samplesOf(drawLatent, {
    agreement: { within: 2 ** -19, reason: EXPONENTIALS },
    samples: (random) =>
      SHAPES.map(({ rows, columns: units }, step) => ({
        parameters: { rows, units, beta: 0.3, seed: 2 ** 32 - 1, step },
        buffers: {
          encoded: floats(random, 2 * rows * units, 3),
          epsilon: floats(random, rows * units, 3),
          latent: floats(random, rows * units),
          penalties: floats(random, rows),
        },
      })),
  }),
  samplesOf(dropUnits, {
    agreement: { within: 2 ** -21, reason: 'WGSL lets a quotient be 2.5 ulp off' },
    samples: (random) =>
      [
        [1, 0],
        [64, 0.5],
        [65, 0.3],
        [1000, 0.99],
      ].map(([count, rate], step) => ({
        parameters: { count, rate: Math.fround(rate), step, seed: 2 ** 31 + 7 },
        buffers: { values: floats(random, count, 9), kept: floats(random, count) },
      })),
  }),
  samplesOf(gatherBatch, {
    agreement: {
      within: 2 ** -20,
      reason: 'WGSL lets log be off by 2⁻²¹ in normal noise, of which products and sums are rounded otherwise',
      exact: ['clean'],
    },
    allows: ({ GAUSSIAN, MASKING }) => !(GAUSSIAN && MASKING),
    samples: (random) =>
      [
        { count: 1, columns: 1, lanes: 1, first: 0 },
        { count: 8, columns: 8, lanes: 8, first: 3 },
        { count: 5, columns: 40, lanes: 32, first: 0 },
        { count: 70, columns: 3, lanes: 3, first: 20 },
      ].map((shape, step) => {
        const { count, columns, first } = shape
        const rows = first + count
        return {
          parameters: { ...shape, amount: 0.25, seed: 2 ** 32 - 9, step },
          buffers: {
            points: floats(random, rows * columns, 100),
            order: integers(random, rows, rows),
            mean: floats(random, columns, 100),
            factor: floats(random, columns, 0.1),
            clean: floats(random, count * columns + 1),
            noisy: floats(random, count * columns),
          },
        }
      }),
  }),
  samplesOf(latentGradient, {
    agreement: { within: 2 ** -20, reason: EXPONENTIALS },
    samples: (random) =>
      SHAPES.map(({ rows, columns: units }) => ({
        parameters: { rows, units, beta: 0.5, scale: 0.25 },
        buffers: {
          encoded: floats(random, 2 * rows * units, 3),
          epsilon: floats(random, rows * units, 3),
          latentGradient: floats(random, rows * units),
          gradient: floats(random, 2 * rows * units),
        },
      })),
  }),
  samplesOf(measureReconstruction, {
    agreement: { within: 2 ** -19, reason: EXPONENTIALS },
    samples: (random, { LOGITS }) =>
      [...SHAPES, { rows: 3, columns: 100 }].flatMap(({ rows, columns }) =>
        [1, 100].map((size) => {
          const lanes = Math.min(32, columns)
          const targets = floats(random, rows * columns, size)
          return {
            parameters: { rows, columns, lanes, scale: 0.5 },
            buffers: {
              outputs: floats(random, rows * columns, size),
              targets: LOGITS ? targets.map((value) => Math.abs(value / size)) : targets,
              losses: floats(random, rows * lanes),
              gradient: floats(random, rows * columns),
            },
          }
        }),
      ),
  }),
  samplesOf(penalizeCode, {
    agreement: 'exact',
    samples: (random) =>
      SHAPES.map(({ rows, columns }) => ({
        parameters: { rows, columns, sparsity: 0.125, scale: 0.5 },
        buffers: {
          code: wholes(random, rows * columns, 3),
          penalties: floats(random, rows + 1),
          gradient: wholes(random, rows * columns + 1),
        },
      })),
  }),
  samplesOf(shuffleRows, {
    agreement: 'exact',
    samples: () =>
      [
        [1, 1, 0],
        [2, 2, 0],
        [64, 64, 0],
        [65, 70, 5],
        [1000, 1025, 25],
        [100, 2 ** 31 + 1, 2 ** 31 - 99],
      ].map(([count, total, splitFirst]) => ({
        parameters: { count, key: 2 ** 32 - count, total, splitKey: 5, splitFirst },
        buffers: { order: new Uint32Array(count + 1).fill(7) },
      })),
  }),
  samplesOf(softmax, {
    agreement: { within: 2 ** -20, reason: EXPONENTIALS },
    samples: (random) =>
      SHAPES.flatMap(({ rows, columns }) =>
        [1, 100].map((size) => ({
          parameters: { rows, columns },
          buffers: {
            outputs: distributions(random, rows, columns),
            values: floats(random, rows * columns, size),
          },
        })),
      ),
  }),
]
