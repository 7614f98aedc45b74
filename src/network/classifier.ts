import { type Engine, executorOf } from '../engine/engine.js'
import { LloydError } from '../engine/error.js'
import { type OutputOption, requireOutput } from '../engine/output.js'
import type { FileBytes } from '../io/bytes.js'
import { CODES, CREATE_CLASSIFIER, VALIDATION } from '../options/network.js'
import { readOptions } from '../options/table.js'
import type { GpuMatrix, Matrix, Points, TypedArray } from '../types.js'
import { type AutoencoderOptions, checkInputs, checkLayers, checkNoise } from './architecture.js'
import { decodeModel, encodeModel } from './formats/model-file.js'
import { transform } from './inference.js'
import { dense, type Layer } from './layers/layers.js'
import type { Architecture } from './layers/layout.js'
import { Model, type Scaling } from './model.js'
import { fitModel } from './training/fit.js'
import { checkFitOptions, type FitOptions, type FitResult } from './training/fit-options.js'
import { differentiate, type Gradients } from './training/gradients.js'
import { recordTraining, type TrainingRecord } from './training/training-record.js'

export interface ClassifierOptions extends Pick<AutoencoderOptions, 'inputs' | 'noise' | 'standardize' | 'seed'> {
  /** Number of classes, 2 … 65 536. */
  classes: number
  /**
   * Layers before the output layer, which is dense(classes, 'softmax'); default none: multinomial logistic regression.
   */
  layers?: readonly Layer[]
}

/** The complete description of a classifier apart from its parameters, as plain data. */
export interface ClassifierArchitecture extends Pick<Architecture, 'inputs' | 'noise' | 'standardize' | 'seed'> {
  classes: number
  layers: Layer[]
}

/** As for an auto-encoder; separate points for validation have labels too. */
export interface ClassifierFitOptions extends Omit<FitOptions, 'validation'> {
  validation?: number | { points: Points; labels: ArrayLike<number> }
}

/**
 * A network that predicts classes, for instance from features that an auto-encoder has learned: its last layer gives
 * each class a probability, and it minimizes the cross-entropy −log p of a point's true class.
 */
export interface Classifier extends Disposable {
  /** The complete description of the network apart from its parameters. Plain data. */
  readonly architecture: ClassifierArchitecture
  /** Scaling of the columns, x ↦ (x − mean) · factor; null if there is none, and before the first fit. Plain data. */
  readonly scaling: Scaling | null
  /** Record of the last training; null before the first. Plain data. */
  readonly training: TrainingRecord | null
  /** The caller's strings, saved and loaded with the network; keys must not begin with 'lloyd.'. */
  readonly metadata: Record<string, string>
  /**
   * Trains on points and the class of each, an integer from 0 to classes − 1, on the device, as an auto-encoder. May be
   * called again to continue. Losses are in nats, means over points.
   *
   * @throws LloydError `InputError` for NaN or infinity in the points, another number of columns or labels, labels out
   *   of range, or an option outside its range; `DivergenceError` as for an auto-encoder's `fit`.
   */
  fit(points: Points, labels: ArrayLike<number>, options: ClassifierFitOptions): Promise<FitResult>
  /** The most probable class of each point, the lowest one among equals. */
  predict(points: Points): Promise<Uint32Array<ArrayBuffer>>
  /** The probability of each class for each point, rows × classes. */
  probabilities(points: Points, options?: OutputOption<'cpu'>): Promise<Matrix>
  probabilities(points: Points, options: OutputOption<'gpu'>): Promise<GpuMatrix>
  /** The loss of points (mean over them) and its gradients, without the noise of training. */
  gradients(points: Points, labels: ArrayLike<number>): Promise<Gradients>
  /** Copies of all parameters: 'layers.0.weight' (inputs × units), 'layers.0.bias' (1 × units), … */
  readParameters(): Promise<Record<string, Matrix>>
  /** Replaces the parameters in the record, which may leave some out. */
  writeParameters(record: Record<string, Matrix<TypedArray>>): void
  /** A safetensors file, as for an auto-encoder, which `loadClassifier` and other tools read. */
  save(): Promise<Uint8Array<ArrayBuffer>>
  /** Frees its memory on the device. */
  destroy(): void
}

/**
 * Creates a classifier with first weights drawn by `seed`.
 *
 * @throws LloydError `InputError` for options that do not fit together.
 */
export async function createClassifier(engine: Engine, options: ClassifierOptions): Promise<Classifier> {
  return new TrainableClassifier(new Model(executorOf(engine), checkClassifier(options)))
}

/**
 * Loads a classifier from a file written by `save`.
 *
 * @throws LloydError `FormatError` for a file that is damaged or of another kind.
 */
export async function loadClassifier(engine: Engine, file: FileBytes): Promise<Classifier> {
  const { model, metadata } = decodeModel(
    executorOf(engine),
    file,
    'classifier',
    Object.keys(CREATE_CLASSIFIER),
    checkClassifier,
  )
  return new TrainableClassifier(model, metadata)
}

/** Checks options; the network that they describe is an encoder whose code is the probabilities. */
export function checkClassifier(options: ClassifierOptions | ClassifierArchitecture): Architecture {
  const {
    classes,
    layers = [],
    noise,
    standardize,
    seed,
    ...others
  } = readOptions('createClassifier', options, CREATE_CLASSIFIER)
  const inputs = checkInputs(others.inputs)
  const head = dense(classes, 'softmax')
  if (!Array.isArray(layers)) throw new LloydError('InputError', 'layers must be an array, such as [dense(32)]')
  return {
    inputs,
    encoder: checkLayers([...layers, head], inputs, 'layers'),
    decoder: [],
    loss: 'cross-entropy',
    sparsity: 0,
    noise: checkNoise(noise),
    variational: null,
    standardize,
    seed,
  }
}

/** A classifier over a model. */
class TrainableClassifier implements Classifier {
  constructor(
    private readonly model: Model,
    readonly metadata: Record<string, string> = {},
  ) {}

  get architecture(): ClassifierArchitecture {
    const { inputs, encoder, noise, standardize, seed } = this.model.architecture
    const layers = encoder.slice(0, -1)
    return structuredClone({ inputs, classes: this.model.layout.outputs, layers, noise, standardize, seed })
  }

  get scaling(): Scaling | null {
    return structuredClone(this.model.scale)
  }

  get training(): TrainingRecord | null {
    return structuredClone(this.model.training)
  }

  async fit(points: Points, labels: ArrayLike<number>, options: ClassifierFitOptions): Promise<FitResult> {
    const { model } = this
    const settings = checkFitOptions(options as FitOptions, model.architecture.seed)
    const given = settings.validation as Exclude<ClassifierFitOptions['validation'], number | undefined> | null
    const own = given && { ...readOptions('validation', given, VALIDATION, 'validation.'), name: 'validation points' }
    const result = await fitModel(model, { points, labels, name: 'points' }, own, settings)
    model.training = recordTraining(options as FitOptions, settings, result)
    return result
  }

  async predict(points: Points): Promise<Uint32Array<ArrayBuffer>> {
    const { data, rows, columns } = await this.probabilities(points)
    return Uint32Array.from({ length: rows }, (_, row) => {
      const own = data.subarray(row * columns, (row + 1) * columns)
      return own.indexOf(own.reduce((most, value) => Math.max(most, value)))
    })
  }

  probabilities(points: Points, options?: OutputOption<'cpu'>): Promise<Matrix>
  probabilities(points: Points, options: OutputOption<'gpu'>): Promise<GpuMatrix>
  async probabilities(points: Points, options: OutputOption = {}): Promise<Matrix | GpuMatrix> {
    const { output } = readOptions('probabilities', options, CODES)
    requireOutput(this.model.executor, output)
    return await transform(this.model, points, 'encode', output, 'points')
  }

  async gradients(points: Points, labels: ArrayLike<number>): Promise<Gradients> {
    const { model } = this
    return await differentiate(model, { points, labels, name: 'points' }, undefined, model.architecture.seed)
  }

  async readParameters(): Promise<Record<string, Matrix>> {
    return await this.model.readParameters()
  }

  writeParameters(record: Record<string, Matrix<TypedArray>>): void {
    this.model.writeParameters(record)
  }

  async save(): Promise<Uint8Array<ArrayBuffer>> {
    return await encodeModel(this.model, 'classifier', this.architecture, this.metadata)
  }

  destroy(): void {
    this.model.release()
  }

  [Symbol.dispose](): void {
    this.destroy()
  }
}
