import { randomUnit } from '../../kernels/shared/random.js'
import type { Layout } from './layout.js'

/**
 * First weights: uniform in ±√(6 / fan-in) before a rectifier (K. He et al., ICCV 2015), otherwise in ±√(6 / (fan-in +
 * fan-out)) (X. Glorot and Y. Bengio, AISTATS 2010); biases 0. The same seed gives the same weights.
 */
export function firstWeights({ parameters, parameterCount }: Layout, seed: number): Float32Array<ArrayBuffer> {
  const weights = new Float32Array(parameterCount)
  for (const [index, { name, rows, columns, offset, fanIn, fanOut, activation }] of parameters.entries()) {
    if (name.endsWith('bias')) continue
    const rectifier = activation === 'relu' || activation === 'leaky-relu'
    const bound = Math.sqrt(6 / (rectifier ? fanIn : fanIn + fanOut))
    for (let i = 0; i < rows * columns; i++) weights[offset + i] = bound * (2 * randomUnit(i, index, seed) - 1)
  }
  return weights
}
