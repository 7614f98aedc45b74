import type { EngineBuffer } from '../../engine/kernel.js'
import { drawLatent } from '../../kernels/network/draw-latent.js'
import { latentGradient } from '../../kernels/network/latent-gradient.js'
import { penalizeCode } from '../../kernels/network/penalize-code.js'
import type { Architecture } from './layout.js'
import type { Pass, StageWork } from './stage.js'

/** Between encoder and decoder: the code, drawn if it is variational, and what it costs. */
export interface CodeStage {
  readonly code: EngineBuffer
  /** A penalty a row, or null where the code costs nothing. */
  readonly penalties: EngineBuffer | null
  /** Standard normal numbers of a variational code, rows × units; null otherwise. */
  readonly epsilon: EngineBuffer | null
  forward(pass: Pass): void
  /** From the gradient with respect to the code to that with respect to what the encoder gives; `scale` is for penalties. */
  backward(gradient: EngineBuffer, encodedGradient: EngineBuffer, scale: number, pass: Pass): EngineBuffer
}

/** The code of a plain, sparse or variational auto-encoder; `encoded` is what its encoder gives. */
export async function codeStage(
  work: StageWork,
  { sparsity, variational }: Architecture,
  encoded: EngineBuffer,
  units: number,
): Promise<CodeStage> {
  if (variational) return await variationalCode(work, variational.beta, encoded, units)
  if (sparsity > 0) return await sparseCode(work, sparsity, encoded, units)
  return { code: encoded, penalties: null, epsilon: null, forward() {}, backward: (gradient) => gradient }
}

async function sparseCode(
  { executor, scope, rows }: StageWork,
  sparsity: number,
  code: EngineBuffer,
  columns: number,
): Promise<CodeStage> {
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
  { executor, scope, rows }: StageWork,
  beta: number,
  encoded: EngineBuffer,
  units: number,
): Promise<CodeStage> {
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
