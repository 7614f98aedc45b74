/** Problems for timing networks: a product of two square matrices, and one training step of an auto-encoder. */

export interface ProductProblem {
  side: number
  a: Float32Array<ArrayBuffer>
  b: Float32Array<ArrayBuffer>
}

/** Units of the layers, inputs first; ReLU between them; the loss is the squared error summed over features. */
export interface StepProblem {
  units: readonly number[]
  batch: number
  points: Float32Array<ArrayBuffer>
  /** Training steps in one call of `work`, after which the loss of the last one is read. */
  steps: number
}

export interface NetworkPeer {
  /** The optimiser of its training step. */
  optimizer: string
  product(problem: ProductProblem): Promise<Timed>
  step(problem: StepProblem): Promise<Timed>
}

/** Prepared work to time: `work` resolves when its result is in memory. */
export interface Timed {
  work(): Promise<ArrayLike<number>>
  release(): void
}

/** First weights, the same for all: uniform in ±√(6 / (inputs + outputs)). */
export function firstWeights(inputs: number, outputs: number): Float32Array<ArrayBuffer> {
  const bound = Math.sqrt(6 / (inputs + outputs))
  return uniform(inputs * outputs, inputs).map((value) => bound * (2 * value - 1))
}

/** Numbers in [0, 1) from a linear congruential generator. */
export function uniform(count: number, seed: number): Float32Array<ArrayBuffer> {
  let state = seed
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  })
}
