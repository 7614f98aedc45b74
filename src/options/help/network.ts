import type { CONV_TRANSPOSE2D, CONV2D } from '../layers.js'
import type {
  ADAM,
  ADAMW,
  CODES,
  CREATE_AUTOENCODER,
  CREATE_CLASSIFIER,
  FIT,
  GRADIENTS,
  NOISE,
  SAMPLE,
  SGD,
  VALIDATION,
  VARIATIONAL,
} from '../network.js'
import type { Sentences } from './sentences.js'
import { OUTPUT, PROGRESS, SIGNAL } from './shared.js'

const NETWORK = {
  inputs: 'columns of the points, or [height, width, channels] of the images in their rows',
  noise: 'noise in training, to be undone by the network',
  standardize: 'scale every column to mean 0 and standard deviation 1',
  seed: 'seed of the random choices',
}

export const CREATE_AUTOENCODER_HELP: Sentences<typeof CREATE_AUTOENCODER> = {
  ...NETWORK,
  encoder: 'layers, of which the last one gives the code',
  decoder: "layers from the code to the points, by default the encoder's turned round",
  loss: 'what is minimized; binary-cross-entropy is for columns in [0, 1], cross-entropy for rows that are shares of 1',
  sparsity: 'penalty on the sum of the absolute values of a code',
  variational: 'a code is a distribution',
}

export const NOISE_HELP: Sentences<typeof NOISE> = {
  kind: 'normal noise, or inputs set to 0',
  amount: 'standard deviation of the noise, or share of the inputs',
}

export const VARIATIONAL_HELP: Sentences<typeof VARIATIONAL> = { beta: 'what the penalty on the distribution weighs' }

export const CREATE_CLASSIFIER_HELP: Sentences<typeof CREATE_CLASSIFIER> = {
  ...NETWORK,
  classes: 'number of classes',
  layers: 'layers before the last one, which gives the probability of each class',
}

export const FIT_HELP: Sentences<typeof FIT> = {
  epochs: 'passes over all rows',
  batchSize: 'rows a step',
  optimizer: 'what takes the steps: adam(), adamw() or sgd()',
  validation: 'share of the rows held out to validate on, or points of their own',
  patience: 'stop after so many epochs without a smaller loss',
  schedule: 'how the learning rate goes on',
  clipNorm: 'shorten longer gradients to this norm',
  seed: "seed of the order of points, noise and codes, by default the network's",
  signal: SIGNAL,
  onEpoch: 'called with the losses of every epoch, in order',
  onProgress: PROGRESS,
}

export const VALIDATION_HELP: Sentences<typeof VALIDATION> = {
  points: 'points to validate on',
  labels: 'the class of each of them',
}

export const CODES_HELP: Sentences<typeof CODES> = { output: OUTPUT }

export const SAMPLE_HELP: Sentences<typeof SAMPLE> = {
  seed: "seed of the random codes, by default the network's",
  output: OUTPUT,
}

export const GRADIENTS_HELP: Sentences<typeof GRADIENTS> = {
  epsilon: 'standard normal numbers that variational codes are made of, in place of drawn ones',
  seed: "seed by which codes are drawn, by default the network's",
}

const RATE = 'length of the steps'

export const ADAM_HELP: Sentences<typeof ADAM> = {
  learningRate: RATE,
  beta1: 'share of the mean gradient that is kept in a step',
  beta2: 'share of the mean squared gradient that is kept in a step',
  epsilon: 'added to the root of the mean squared gradient',
  weightDecay: 'share of the weights that is added to the gradient',
}

export const ADAMW_HELP: Sentences<typeof ADAMW> = {
  ...ADAM_HELP,
  weightDecay: 'share of the weights that is taken from them in a step, times the learning rate',
}

export const SGD_HELP: Sentences<typeof SGD> = {
  learningRate: RATE,
  momentum: 'share of a step that is added to the next',
  weightDecay: ADAM_HELP.weightDecay,
}

export const CONV2D_HELP: Sentences<typeof CONV2D> = {
  size: 'side of the filters in pixels',
  stride: 'pixels from one window to the next',
  padding: 'add a border of zeros, or take only whole windows',
  activation: 'function of the outputs',
}

export const CONV_TRANSPOSE2D_HELP: Sentences<typeof CONV_TRANSPOSE2D> = {
  ...CONV2D_HELP,
  output: 'height and width of what it gives, where stride and padding leave them open',
}
