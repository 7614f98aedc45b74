import type { EngineBuffer } from '../../engine/kernel.js'
import { drawLatent } from '../../kernels/network/draw-latent.js'
import { latentGradient } from '../../kernels/network/latent-gradient.js'
import { penalizeCode } from '../../kernels/network/penalize-code.js'
import type { LayerWork, Pass } from './compiled-layer.js'
import type { Architecture } from './layout.js'

/** The code between encoder and decoder, drawn if it is variational, and its penalty. */
export interface CompiledCode {
  readonly code: EngineBuffer
  /** One penalty per row, or null if the code has none. */
  readonly penalties: EngineBuffer | null
  /** Standard normal numbers of a variational code, rows × units; null otherwise. */
  readonly epsilon: EngineBuffer | null
  forward(pass: Pass): void
  /**
   * Computes the gradient with respect to the outputs of the encoder from that with respect to the code; `scale` is for
   * penalties.
   */
  backward(gradient: EngineBuffer, encodedGradient: EngineBuffer, scale: number, pass: Pass): EngineBuffer
}

/** Compiles the code of a plain, sparse or variational auto-encoder; `encoded` are the outputs of its encoder. */
export async function compileCode(
  work: LayerWork,
  { sparsity, variational }: Architecture,
  encoded: EngineBuffer,
  units: number,
): Promise<CompiledCode> {
  if (variational) return await variationalCode(work, variational.beta, encoded, units)
  if (sparsity > 0) return await sparseCode(work, sparsity, encoded, units)
  return { code: encoded, penalties: null, epsilon: null, forward() {}, backward: (gradient) => gradient }
}

async function sparseCode(
  { executor, scope, rows }: LayerWork,
  sparsity: number,
  code: EngineBuffer,
  columns: number,
): Promise<CompiledCode> {
  const [measure, differentiate] = await Promise.all([
    executor.compile(penalizeCode),
    executor.compile(penalizeCode, { flags: { GRADIENT: true } }),
  ])
  const penalties = scope.allocate('autoencoder.penalties', 4 * rows)
  const unused = scope.allocate('autoencoder.unused', 4)
  return {
    code,
    penalties,
    epsilon: null,
    forward({ rows }) {
      executor.run(measure, { rows, columns, sparsity, scale: 0 }, { code, penalties, gradient: unused })
    },
    backward(gradient, _, scale, { rows }) {
      executor.run(differentiate, { rows, columns, sparsity, scale }, { code, penalties, gradient })
      return gradient
    },
  }
}

async function variationalCode(
  { executor, scope, rows }: LayerWork,
  beta: number,
  encoded: EngineBuffer,
  units: number,
): Promise<CompiledCode> {
  const [draw, take, differentiate] = await Promise.all([
    executor.compile(drawLatent, { flags: { DRAWN: true } }),
    executor.compile(drawLatent),
    executor.compile(latentGradient),
  ])
  const code = scope.allocate('autoencoder.code', 4 * rows * units)
  const penalties = scope.allocate('autoencoder.penalties', 4 * rows)
  const epsilon = scope.allocate('autoencoder.epsilon', 4 * rows * units)
  return {
    code,
    penalties,
    epsilon,
    forward({ rows, step, seed, drawn }) {
      const parameters = { rows, units, beta, seed, step }
      executor.run(drawn ? draw : take, parameters, { encoded, epsilon, latent: code, penalties })
    },
    backward(gradient, encodedGradient, scale, { rows }) {
      const buffers = { encoded, epsilon, latentGradient: gradient, gradient: encodedGradient }
      executor.run(differentiate, { rows, units, beta, scale }, buffers)
      return encodedGradient
    },
  }
}
