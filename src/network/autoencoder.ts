import { type Engine, executorOf } from '../engine/engine.js'
import { LloydError } from '../engine/error.js'
import { type OutputOption, requireOutput } from '../engine/output.js'
import type { FileBytes } from '../io/bytes.js'
import { randomNormal } from '../kernels/shared/random.js'
import { CODES, CREATE_AUTOENCODER, GRADIENTS, SAMPLE, SAMPLES } from '../options/network.js'
import { readOptions, requireOption } from '../options/table.js'
import type { GpuMatrix, Matrix, Points, TypedArray } from '../types.js'
import { type AutoencoderOptions, checkArchitecture } from './architecture.js'
import { decodeModel, encodeModel } from './formats/model-file.js'
import { reconstructionErrors, transform } from './inference.js'
import type { Architecture } from './layers/layout.js'
import { Model, type Scaling } from './model.js'
import { fitModel } from './training/fit.js'
import { checkFitOptions, type FitOptions, type FitResult } from './training/fit-options.js'
import { differentiate, type Gradients } from './training/gradients.js'
import { recordTraining, type TrainingRecord } from './training/training-record.js'

/**
 * A network that reconstructs its inputs through a code of fewer numbers, and so learns their structure (G. Hinton and
 * R. Salakhutdinov, Science 313, 2006).
 */
export interface Autoencoder extends Disposable {
  /** The complete description of the network apart from its parameters. Plain data. */
  readonly architecture: Architecture
  /** Number of units of a code. */
  readonly units: number
  /** Scaling of the columns, x ↦ (x − mean) · factor; null if there is none, and before the first fit. Plain data. */
  readonly scaling: Scaling | null
  /** Record of the last training; null before the first. Plain data. */
  readonly training: TrainingRecord | null
  /** The caller's strings, saved and loaded with the network; keys must not begin with 'lloyd.'. */
  readonly metadata: Record<string, string>
  /**
   * Trains on points, entirely on the device. May be called again to continue.
   *
   * @throws LloydError `InputError` for NaN or infinity in the points (with row and column), another number of columns,
   *   features outside [0, 1] with a cross-entropy, or an option outside its range; `DivergenceError` if a loss or a
   *   weight exceeded its bound, with the weights of the last epoch (with patience, the best) that ended within the
   *   bounds. Bounds: a loss of 2²⁴ times (for a cross-entropy 2¹²) that of the first batch and of a constant
   *   prediction, a weight of 2¹⁶ times the largest of 1 and the root mean squares of features and first weights. The
   *   last weights of each epoch are checked by the loss of 32 points.
   */
  fit(points: Points, options: FitOptions): Promise<FitResult>
  /** The code of each point, rows × units; of a variational network, its mean. */
  encode(points: Points, options?: OutputOption<'cpu'>): Promise<Matrix>
  encode(points: Points, options: OutputOption<'gpu'>): Promise<GpuMatrix>
  /** The points that codes represent, rows × columns. */
  decode(codes: Points, options?: OutputOption<'cpu'>): Promise<Matrix>
  decode(codes: Points, options: OutputOption<'gpu'>): Promise<GpuMatrix>
  /** decode(encode(points)). */
  reconstruct(points: Points, options?: OutputOption<'cpu'>): Promise<Matrix>
  reconstruct(points: Points, options: OutputOption<'gpu'>): Promise<GpuMatrix>
  /** The reconstruction loss of each point, summed over its features, in the units that the loss has in training. */
  errors(points: Points): Promise<Float32Array>
  /**
   * Points decoded from random codes of the standard normal distribution; for a variational auto-encoder. `count` is 1
   * … 2²⁴.
   */
  sample(count: number, options?: { seed?: number; output?: 'cpu' }): Promise<Matrix>
  sample(count: number, options: { seed?: number; output: 'gpu' }): Promise<GpuMatrix>
  /**
   * The loss of points (summed over features, mean over points, penalty included) and its gradients. Without the noise
   * of training; a variational code is drawn by `seed`, or computed from `epsilon` (rows × units, standard normal).
   */
  gradients(points: Points, options?: { epsilon?: Points; seed?: number }): Promise<Gradients>
  /** Copies of all parameters: 'encoder.0.weight' (inputs × units), 'encoder.0.bias' (1 × units), … */
  readParameters(): Promise<Record<string, Matrix>>
  /** Replaces the parameters in the record, which may leave some out. */
  writeParameters(record: Record<string, Matrix<TypedArray>>): void
  /**
   * A safetensors file, which `loadAutoencoder` and other tools read: a tensor for each parameter (F32, with the names
   * of `readParameters`), `scaling.mean` and `scaling.factor`, and as metadata the architecture and training in JSON.
   */
  save(): Promise<Uint8Array<ArrayBuffer>>
  /** Frees its memory on the device. */
  destroy(): void
}

/**
 * Creates an auto-encoder with first weights drawn by `seed`.
 *
 * @throws LloydError `InputError` for options that do not fit together.
 */
export async function createAutoencoder(engine: Engine, options: AutoencoderOptions): Promise<Autoencoder> {
  return new TrainableAutoencoder(new Model(executorOf(engine), checkArchitecture(options)))
}

/**
 * Loads an auto-encoder from a file written by `save`; encoding, decoding and training continue from there.
 *
 * @throws LloydError `FormatError` for a file that is damaged (truncated, or with tensors that overlap, have another
 *   shape or contain NaN), or of another kind.
 */
export async function loadAutoencoder(engine: Engine, file: FileBytes): Promise<Autoencoder> {
  const { model, metadata } = decodeModel(
    executorOf(engine),
    file,
    'autoencoder',
    Object.keys(CREATE_AUTOENCODER),
    checkArchitecture,
  )
  return new TrainableAutoencoder(model, metadata)
}

/** An auto-encoder over a model. */
class TrainableAutoencoder implements Autoencoder {
  constructor(
    private readonly model: Model,
    readonly metadata: Record<string, string> = {},
  ) {}

  get architecture(): Architecture {
    return structuredClone(this.model.architecture)
  }

  get units(): number {
    return this.model.layout.units
  }

  get scaling(): Scaling | null {
    return structuredClone(this.model.scale)
  }

  get training(): TrainingRecord | null {
    return structuredClone(this.model.training)
  }

  async fit(points: Points, options: FitOptions): Promise<FitResult> {
    const { model } = this
    const settings = checkFitOptions(options, model.architecture.seed)
    const given = (points: Points, name: string) => ({ points, labels: null, name })
    const validation = settings.validation && given(settings.validation, 'validation points')
    const result = await fitModel(model, given(points, 'points'), validation, settings)
    model.training = recordTraining(options, settings, result)
    return result
  }

  encode(points: Points, options?: OutputOption<'cpu'>): Promise<Matrix>
  encode(points: Points, options: OutputOption<'gpu'>): Promise<GpuMatrix>
  async encode(points: Points, options: OutputOption = {}): Promise<Matrix | GpuMatrix> {
    return await transform(this.model, points, 'encode', this.#output('encode', options), 'points')
  }

  decode(codes: Points, options?: OutputOption<'cpu'>): Promise<Matrix>
  decode(codes: Points, options: OutputOption<'gpu'>): Promise<GpuMatrix>
  async decode(codes: Points, options: OutputOption = {}): Promise<Matrix | GpuMatrix> {
    return await transform(this.model, codes, 'decode', this.#output('decode', options), 'codes')
  }

  reconstruct(points: Points, options?: OutputOption<'cpu'>): Promise<Matrix>
  reconstruct(points: Points, options: OutputOption<'gpu'>): Promise<GpuMatrix>
  async reconstruct(points: Points, options: OutputOption = {}): Promise<Matrix | GpuMatrix> {
    return await transform(this.model, points, 'reconstruct', this.#output('reconstruct', options), 'points')
  }

  async errors(points: Points): Promise<Float32Array> {
    return await reconstructionErrors(this.model, points)
  }

  sample(count: number, options?: { seed?: number; output?: 'cpu' }): Promise<Matrix>
  sample(count: number, options: { seed?: number; output: 'gpu' }): Promise<GpuMatrix>
  async sample(rows: number, options: { seed?: number } & OutputOption = {}): Promise<Matrix | GpuMatrix> {
    const { units, model } = this
    const { output, seed = model.architecture.seed } = readOptions('sample', options, SAMPLE)
    requireOutput(model.executor, output)
    if (!model.architecture.variational) {
      throw new LloydError('InputError', 'only a variational auto-encoder has a distribution to sample; decode codes')
    }
    requireOption('count', rows, SAMPLES)
    const data = Float32Array.from({ length: rows * units }, (_, i) => randomNormal(i, 0, seed))
    return await transform(model, { data, rows, columns: units }, 'decode', output, 'codes')
  }

  async gradients(points: Points, options: { epsilon?: Points; seed?: number } = {}): Promise<Gradients> {
    const { epsilon, seed = this.model.architecture.seed } = readOptions('gradients', options, GRADIENTS)
    return await differentiate(this.model, { points, labels: null, name: 'points' }, epsilon, seed)
  }

  async readParameters(): Promise<Record<string, Matrix>> {
    return await this.model.readParameters()
  }

  writeParameters(record: Record<string, Matrix<TypedArray>>): void {
    this.model.writeParameters(record)
  }

  async save(): Promise<Uint8Array<ArrayBuffer>> {
    return await encodeModel(this.model, 'autoencoder', this.model.architecture, this.metadata)
  }

  destroy(): void {
    this.model.release()
  }

  [Symbol.dispose](): void {
    this.destroy()
  }

  #output(caller: string, options: OutputOption): 'cpu' | 'gpu' {
    const { output } = readOptions(caller, options, CODES)
    requireOutput(this.model.executor, output)
    return output
  }
}
