import type { BufferScope, Executor } from '../../engine/engine.js'
import type { EngineBuffer } from '../../engine/kernel.js'

/** What a pass through the network is for. */
export interface Pass {
  /** Points, at most as many as the network was made for. */
  rows: number
  /** Whether units are dropped. */
  training: boolean
  /** Whether a variational code is drawn; else it is made of the numbers in `epsilon`, zeros at first. */
  drawn: boolean
  /** Counter and seed of what is random. */
  step: number
  seed: number
}

/** A layer ready to compute on batches of points. */
export interface Stage {
  /** What it gives, a row a point. */
  readonly outputs: EngineBuffer
  forward(inputs: EngineBuffer, pass: Pass): Promise<void>
  /**
   * From the gradient with respect to `outputs`, which it may overwrite: the gradients of its parameters and, unless
   * null, that with respect to `inputs`.
   */
  backward(inputs: EngineBuffer, gradient: EngineBuffer, inputGradient: EngineBuffer | null, pass: Pass): Promise<void>
}

/** The parameters of all layers and their gradients, each flat in one buffer. */
export interface ParameterBuffers {
  weights: EngineBuffer
  gradients: EngineBuffer
}

/** What stages are made with, for batches of up to `rows` points. */
export interface StageWork {
  executor: Executor
  scope: BufferScope
  parameters: ParameterBuffers
  rows: number
}
