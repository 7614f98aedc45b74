import { judgeEpoch } from '../../../src/kernels/network/judge-epoch.js'
import { keepParameters } from '../../../src/kernels/network/keep-parameters.js'
import { stepAdam } from '../../../src/kernels/network/step-adam.js'
import { stepSgd } from '../../../src/kernels/network/step-sgd.js'
import { TrainingState } from '../../../src/kernels/network/training-state.js'
import { floats, integers, samplesOf, wholes } from '../sample'

/** A state of training; losses as numbers. */
function stateOf(words: Partial<Record<Exclude<keyof typeof TrainingState, 'words'>, number>>): Uint32Array {
  const state = new Uint32Array(TrainingState.words)
  const bits = new Float32Array(state.buffer)
  for (const [name, value] of Object.entries(words)) {
    const target = name === 'best' || name === 'first' ? bits : state
    target[TrainingState[name as keyof typeof words]] = value
  }
  return state
}

/**
 * Training steps: of one parameter, of more than threads, with a clipped gradient, without a limit, and after the end
 * of a run.
 */
const STEPS = [
  { count: 1, threads: 1, clipNorm: 0, limit: 1000, stopped: 0 },
  { count: 65, threads: 65, clipNorm: 2, limit: 1000, stopped: 0 },
  { count: 1000, threads: 70, clipNorm: 8, limit: 1000, stopped: 0 },
  { count: 64, threads: 64, clipNorm: 2, limit: 3, stopped: 0 },
  { count: 64, threads: 64, clipNorm: 0, limit: 1000, stopped: 1 },
]

export default [
  // Losses of few bits, and powers of two as divisors, so that nothing is rounded.
  samplesOf(judgeEpoch, {
    agreement: 'exact',
    samples(random) {
      const shape = {
        batches: 1,
        rows: 64,
        probeRows: 16,
        validationBatches: 0,
        validationRows: 1,
        entry: 1,
        patience: 3,
        firstRows: 32,
        usual: 4,
        growth: 8,
      }
      const later = { epochs: 5, bestEpoch: 2, first: 8 }
      const huge = 2 ** 127
      const cases: {
        words: Parameters<typeof stateOf>[0]
        change?: Partial<typeof shape>
        bad?: [number, number][]
      }[] = [
        { words: {} },
        { words: {}, change: { batches: 70, validationBatches: 40, validationRows: 16, entry: 2 } },
        { words: {}, bad: [[0, Number.NaN]] },
        { words: { ...later, best: 1000, waited: 2 } },
        { words: { ...later, best: 0 } },
        { words: { ...later, best: 0, waited: 2 }, change: { validationBatches: 3 } },
        { words: { ...later, best: 0, waited: 2 }, change: { patience: 0 } },
        { words: { ...later, best: 1000, damaged: 1 } },
        { words: { ...later, best: 1000, stopped: 2, keep: 1 } },
        { words: { ...later, first: 2 ** -10, best: 1000 }, change: { usual: 2 ** -10 } },
        { words: { ...later, best: 1000 }, change: { rows: 1 } },
        // A probe that is far worse, infinite or NaN, and such a penalty.
        { words: { ...later, best: 1000 }, bad: [[2, 2 ** 20]] },
        { words: { ...later, best: 1000 }, bad: [[2, Number.POSITIVE_INFINITY]] },
        { words: { ...later, best: 1000 }, bad: [[3, Number.NaN]] },
        { words: { ...later, best: 1000 }, bad: [[1, Number.POSITIVE_INFINITY]] },
        // Losses and penalties whose sum is infinite.
        {
          words: { ...later, best: 1000 },
          change: { rows: 1, usual: huge, growth: 1, validationBatches: 1 },
          bad: [
            [0, huge],
            [1, huge],
          ],
        },
      ]
      return cases.map(({ words, change, bad = [] }) => {
        const parameters = { ...shape, ...change }
        const count = parameters.batches + 1 + parameters.validationBatches
        const losses = Float32Array.from(integers(random, 2 * count, 64), (value) => value + 1)
        for (const [at, value] of bad) losses[at] = value
        return { parameters, buffers: { losses, history: floats(random, 16), state: stateOf(words) } }
      })
    },
  }),
  samplesOf(keepParameters, {
    agreement: 'exact',
    samples: (random) =>
      [
        [1, 1],
        [64, 0],
        [65, 1],
        [300, 1],
      ].map(([count, keep]) => ({
        parameters: { count },
        buffers: { weights: floats(random, count + 2), state: stateOf({ keep }), kept: floats(random, count + 1) },
      })),
  }),
  samplesOf(stepAdam, {
    agreement: {
      within: 2 ** -20,
      reason: 'WGSL lets quotients and square roots be 2.5 ulp off, of which there are few one after the other',
    },
    samples: (random) =>
      STEPS.map(({ stopped, ...step }) => ({
        parameters: {
          ...step,
          rate: 0.125,
          beta1: 0.875,
          beta2: 0.984375,
          correction1: 0.5,
          correction2: 0.25,
          epsilon: 2 ** -20,
          weightDecay: 0.0625,
        },
        buffers: {
          gradients: floats(random, step.count, 2),
          norm: Float32Array.of(9),
          moments: floats(random, 2 * step.count + 2, 2).map((value, i) => (i % 2 ? Math.abs(value) : value)),
          weights: floats(random, step.count + 1, 5),
          state: stateOf({ stopped }),
        },
      })),
  }),
  // Whole numbers, and powers of two as factors, so that nothing is rounded.
  samplesOf(stepSgd, {
    agreement: 'exact',
    samples: (random) =>
      STEPS.flatMap(({ stopped, ...step }) =>
        [0, Number.NaN, Number.POSITIVE_INFINITY].map((bad) => {
          const gradients = wholes(random, step.count)
          if (bad !== 0) gradients[step.count - 1] = bad
          return {
            parameters: { ...step, rate: 0.25, momentum: 0.5, weightDecay: 0.125 },
            buffers: {
              gradients,
              norm: Float32Array.of(16),
              moments: wholes(random, step.count + 1),
              weights: wholes(random, step.count + 1, 100).map((value) => (step.limit === 3 ? value : value / 2)),
              state: stateOf({ stopped }),
            },
          }
        }),
      ),
  }),
]
