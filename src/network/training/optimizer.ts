import type { BufferScope, Executor } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import { stepAdam } from '../../kernels/network/step-adam.js'
import { stepSgd } from '../../kernels/network/step-sgd.js'
import { ADAM, ADAMW, SGD } from '../../options/network.js'
import { type OptionTable, readOptions, requireKnownOptions, requireOption } from '../../options/table.js'
import { Summation } from '../layers/loss.js'

/** Adam, as plain data. */
export interface AdamOptimizer {
  type: 'adam' | 'adamw'
  learningRate: number
  beta1: number
  beta2: number
  epsilon: number
  weightDecay: number
}

/** Stochastic gradient descent, as plain data. */
export interface SgdOptimizer {
  type: 'sgd'
  learningRate: number
  momentum: number
  weightDecay: number
}

export type Optimizer = AdamOptimizer | SgdOptimizer

/** Number of parameters that a thread updates, so that common values are read once for all of them. */
const THREAD_PARAMETERS = 8

/**
 * Adam (D. Kingma and J. Ba, ICLR 2015): `learningRate` ≥ 0, default 1e-3; `beta1` and `beta2` in [0, 1), 0.9 and
 * 0.999; `epsilon` ≥ 0, 1e-8; `weightDecay` ≥ 0, 0, is added to the gradient.
 */
export function adam(options: Partial<Omit<AdamOptimizer, 'type'>> = {}): AdamOptimizer {
  return { type: 'adam', ...readOptions('adam', options, ADAM) }
}

/**
 * AdamW: Adam whose `weightDecay` ≥ 0, default 0.01, acts on the weights themselves (I. Loshchilov and F. Hutter, ICLR
 * 2019).
 */
export function adamw(options: Partial<Omit<AdamOptimizer, 'type'>> = {}): AdamOptimizer {
  return { type: 'adamw', ...readOptions('adamw', options, ADAMW) }
}

/** Stochastic gradient descent: `learningRate` ≥ 0, default 0.01; `momentum` in [0, 1), 0; `weightDecay` ≥ 0, 0. */
export function sgd(options: Partial<Omit<SgdOptimizer, 'type'>> = {}): SgdOptimizer {
  return { type: 'sgd', ...readOptions('sgd', options, SGD) }
}

/** Throws an `InputError` unless an optimizer has all numbers of its kind, each in its range. */
export function checkOptimizer(optimizer: Optimizer): Optimizer {
  const tables: Record<Optimizer['type'], OptionTable> = { adam: ADAM, adamw: ADAMW, sgd: SGD }
  const { type, ...settings } = optimizer ?? {}
  if (!Object.hasOwn(tables, type)) throw new LloydError('InputError', 'optimizer must be adam(), adamw() or sgd()')
  requireKnownOptions(type, settings, tables[type])
  for (const name in tables[type]) requireOption(name, settings[name as never], tables[type][name])
  return optimizer
}

/** An optimizer of the parameters of a model. */
export interface OptimizerRun {
  /** Makes training step `t`, counted from 1; `factor` scales the learning rate. */
  step(t: number, factor: number): void
}

/**
 * Prepares an optimizer: its moments in `scope`, and the norm of the gradient if `clipNorm` is above 0. `limit`:
 * maximum parameter.
 */
export async function startOptimizer(
  executor: Executor,
  scope: BufferScope,
  optimizer: Optimizer,
  { clipNorm, limit, count }: { clipNorm: number; limit: number; count: number },
  { weights, gradients, state }: Record<'weights' | 'gradients' | 'state', EngineBuffer>,
): Promise<OptimizerRun> {
  const norm = scope.allocate('autoencoder.norm', 4)
  const squares = clipNorm > 0 ? await Summation.create(executor, scope, true) : null
  const moments = scope.allocate('autoencoder.moments', (optimizer.type === 'sgd' ? 4 : 8) * count)
  const buffers = { gradients, norm, moments, weights, state }
  const threads = Math.ceil(count / THREAD_PARAMETERS)
  if (optimizer.type === 'sgd') {
    const { learningRate, momentum, weightDecay } = optimizer
    const kernel = await executor.compile(stepSgd)
    return {
      step(_, factor) {
        squares?.run(gradients, count, norm, 0)
        const rates = { rate: learningRate * factor, momentum, weightDecay, clipNorm, limit }
        executor.run(kernel, { count, threads, ...rates }, buffers)
      },
    }
  }
  const { type, learningRate, beta1, beta2, epsilon, weightDecay } = optimizer
  const kernel = await executor.compile(stepAdam, { flags: { DECOUPLED: type === 'adamw' } })
  return {
    step(t, factor) {
      squares?.run(gradients, count, norm, 0)
      const corrections = { correction1: 1 - beta1 ** t, correction2: 1 - beta2 ** t }
      const rates = { rate: learningRate * factor, beta1, beta2, epsilon, weightDecay, clipNorm, limit }
      executor.run(kernel, { count, threads, ...rates, ...corrections }, buffers)
    },
  }
}
