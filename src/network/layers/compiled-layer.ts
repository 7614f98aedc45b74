import type { BufferScope, Executor } from '../../engine/engine.js'
import type { EngineBuffer } from '../../engine/kernel.js'

/** The properties of a pass through the network. */
export interface Pass {
  /** Number of points, at most the number that the network was compiled for. */
  rows: number
  /** Whether units are dropped. */
  training: boolean
  /** Whether a variational code is drawn; otherwise it is computed from the numbers in `epsilon`, initially zeros. */
  drawn: boolean
  /** Counter and seed of random numbers. */
  step: number
  seed: number
}

/** A layer compiled for batches of points. */
export interface CompiledLayer {
  /** The outputs, one row per point. */
  readonly outputs: EngineBuffer
  forward(inputs: EngineBuffer, pass: Pass): Promise<void>
  /**
   * Computes, from the gradient with respect to `outputs`, which it may overwrite, the gradients of the parameters and,
   * unless null, that with respect to `inputs`.
   */
  backward(inputs: EngineBuffer, gradient: EngineBuffer, inputGradient: EngineBuffer | null, pass: Pass): Promise<void>
}

/** The parameters of all layers and their gradients, each flat in one buffer. */
export interface ParameterBuffers {
  weights: EngineBuffer
  gradients: EngineBuffer
}

/** The executor, buffers and maximum number of rows that layers are compiled with. */
export interface LayerWork {
  executor: Executor
  scope: BufferScope
  parameters: ParameterBuffers
  rows: number
}
