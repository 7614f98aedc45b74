import type { SimdImplementation } from '../engine/host/simd-engine.js'
import type { gatherBatch } from '../kernels/network/gather-batch.js'
import type { measureReconstruction } from '../kernels/network/measure-reconstruction.js'
import { gradientScale } from '../kernels/network/optimizer-step.js'
import type { stepAdam } from '../kernels/network/step-adam.js'
import { TrainingState } from '../kernels/network/training-state.js'
import { randomNormal, randomUnit } from '../kernels/shared/random.js'

/** Work of an item in multiply-adds: a parameter's step, an output's squared error, its cross-entropy, a copied value. */
const Work = { step: 16, square: 4, entropy: 64, copy: 2 } as const

export const stepAdamSimd: SimdImplementation<typeof stepAdam> = (host, parameters, at, { DECOUPLED }) => {
  const { buffer } = host.memory.memory
  if (new Uint32Array(buffer, at.state, TrainingState.words)[TrainingState.stopped]) return
  const { count, rate, beta1, beta2, correction1, correction2, epsilon, weightDecay, clipNorm, limit } = parameters
  const numbers = [
    gradientScale(new Float32Array(buffer, at.norm, 1)[0], clipNorm),
    ...(DECOUPLED ? [0, rate * weightDecay] : [weightDecay, 0]),
    ...[beta1, 1 - beta1, beta2, 1 - beta2, rate / correction1, correction2, epsilon, limit],
  ]
  host.scratch(4 * numbers.length, (address) => {
    new Float32Array(host.memory.memory.buffer, address, numbers.length).set(numbers)
    const damaged = at.state + 4 * TrainingState.damaged
    const items = { first: 0, end: count, work: Work.step, align: 16 }
    host.share('stepAdam', items, 64, address, at.gradients, at.moments, at.weights, damaged)
  })
}

export const gatherBatchSimd: SimdImplementation<typeof gatherBatch> = (host, parameters, at, flags) => {
  const { count, columns, first, amount, seed, step } = parameters
  const items = { first: 0, end: count, work: Work.copy * columns, align: 1 }
  const order = flags.ORDERED ? at.order : 0
  host.share('gatherRows', items, 0, at.points, order, first, at.mean, at.factor, at.clean, columns)
  if (!flags.GAUSSIAN && !flags.MASKING) return
  const { buffer } = host.memory.memory
  const [clean, noisy] = [at.clean, at.noisy].map((address) => new Float32Array(buffer, address, count * columns))
  const masked = Math.fround(amount)
  for (let i = 0; i < noisy.length; i++) {
    if (flags.GAUSSIAN) noisy[i] = clean[i] + amount * randomNormal(i, step, seed)
    else noisy[i] = randomUnit(i, step, seed) < masked ? 0 : clean[i]
  }
}

export const measureReconstructionSimd: SimdImplementation<typeof measureReconstruction> = (
  host,
  { rows, columns, lanes, scale },
  at,
  { LOGITS, GRADIENT },
) => {
  const items = { first: 0, end: rows, work: (LOGITS ? Work.entropy : Work.square) * columns, align: 1 }
  const gradient = GRADIENT ? at.gradient : 0
  const sizes = [columns, lanes, scale, LOGITS ? 1 : 0]
  host.share('measureRows', items, 48, at.outputs, at.targets, at.losses, gradient, ...sizes)
}
