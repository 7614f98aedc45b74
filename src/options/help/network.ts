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
  inputs: 'number of columns of the points, or [height, width, channels] of the images in their rows',
  noise: 'noise added in training, which the network learns to remove',
  standardize: 'scale every column to mean 0 and standard deviation 1',
  seed: 'seed of the random choices',
}

export const CREATE_AUTOENCODER_HELP: Sentences<typeof CREATE_AUTOENCODER> = {
  ...NETWORK,
  encoder: 'layers of the encoder, whose last one gives the code',
  decoder: 'layers of the decoder, by default those of the encoder mirrored',
  loss: 'loss to minimize; binary-cross-entropy is for columns in [0, 1], cross-entropy for rows of shares that sum to 1',
  sparsity: 'weight of the penalty on the sum of the absolute values of a code',
  variational: 'make codes normal distributions, with a penalty on their divergence',
}

export const NOISE_HELP: Sentences<typeof NOISE> = {
  kind: 'kind of noise: normal, or inputs set to 0',
  amount: 'standard deviation of normal noise, or share of the inputs set to 0',
}

export const VARIATIONAL_HELP: Sentences<typeof VARIATIONAL> = { beta: 'weight of the penalty on the divergence' }

export const CREATE_CLASSIFIER_HELP: Sentences<typeof CREATE_CLASSIFIER> = {
  ...NETWORK,
  classes: 'number of classes',
  layers: 'layers before the output layer, which gives the probability of each class',
}

export const FIT_HELP: Sentences<typeof FIT> = {
  epochs: 'number of passes over all rows',
  batchSize: 'number of rows per step',
  optimizer: 'optimizer: adam(), adamw() or sgd()',
  validation: 'share of the rows held out for validation, or separate points',
  patience: 'stop after this many epochs without a smaller loss, 0: never',
  schedule: 'schedule of the learning rate',
  clipNorm: 'maximum norm of the gradient, 0: unlimited',
  seed: "seed of the order of points, noise and codes, by default the network's",
  signal: SIGNAL,
  onEpoch: 'called with the losses of each epoch, in order',
  onProgress: PROGRESS,
}

export const VALIDATION_HELP: Sentences<typeof VALIDATION> = {
  points: 'points for validation',
  labels: 'class of each point',
}

export const CODES_HELP: Sentences<typeof CODES> = { output: OUTPUT }

export const SAMPLE_HELP: Sentences<typeof SAMPLE> = {
  seed: "seed of the random codes, by default the network's",
  output: OUTPUT,
}

export const GRADIENTS_HELP: Sentences<typeof GRADIENTS> = {
  epsilon: 'standard normal numbers for variational codes, instead of random ones',
  seed: "seed of the random codes, by default the network's",
}

const RATE = 'step size'

export const ADAM_HELP: Sentences<typeof ADAM> = {
  learningRate: RATE,
  beta1: 'decay rate of the mean gradient',
  beta2: 'decay rate of the mean squared gradient',
  epsilon: 'constant added to the root of the mean squared gradient',
  weightDecay: 'multiple of the weights added to the gradient',
}

export const ADAMW_HELP: Sentences<typeof ADAMW> = {
  ...ADAM_HELP,
  weightDecay: 'multiple of the weights subtracted from them in a step, times the learning rate',
}

export const SGD_HELP: Sentences<typeof SGD> = {
  learningRate: RATE,
  momentum: 'share of each step that is added to the next',
  weightDecay: ADAM_HELP.weightDecay,
}

export const CONV2D_HELP: Sentences<typeof CONV2D> = {
  size: 'side of the filters, in pixels',
  stride: 'distance between windows, in pixels',
  padding: 'treatment of borders: pad with zeros, or use only whole windows',
  activation: 'activation of the outputs',
}

export const CONV_TRANSPOSE2D_HELP: Sentences<typeof CONV_TRANSPOSE2D> = {
  ...CONV2D_HELP,
  output: 'height and width of the outputs, where stride and padding leave them open',
}
