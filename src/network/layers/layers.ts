import { CONV_TRANSPOSE2D, CONV2D } from '../../options/layers.js'
import { readOptions } from '../../options/table.js'

/** f of a layer's outputs. `'leaky-relu'` has slope 0.01 below 0; `'softmax'` runs over the units or channels. */
export type Activation = (typeof CONV2D.activation.names)[number]

/** A fully connected layer: f(x · weight + bias), weight inputs × units, bias 1 × units. Images are flattened. */
export interface DenseLayer {
  type: 'dense'
  units: number
  activation: Activation
}

/** `'same'` pads with zeros, so that a side becomes ⌈side / stride⌉; `'valid'` uses only whole windows. */
export type Padding = (typeof CONV2D.padding.names)[number]

/** Filters of size × size pixels moved by `stride`; weight (size · size · channels) × filters, bias 1 × filters. */
export interface Conv2dLayer {
  type: 'conv2d'
  filters: number
  size: number
  stride: number
  padding: Padding
  activation: Activation
}

/**
 * The transpose of a convolution, which enlarges images; weight (size · size · filters) × channels, bias 1 × filters.
 * `output` is the height and width of the outputs, which stride and padding may leave open.
 */
export interface ConvTranspose2dLayer {
  type: 'conv-transpose2d'
  filters: number
  size: number
  stride: number
  padding: Padding
  activation: Activation
  output: [height: number, width: number] | null
}

/** The maximum or mean of adjacent windows of size × size pixels; incomplete windows are cut off. */
export interface PoolLayer {
  type: 'max-pool2d' | 'average-pool2d'
  size: number
}

/** Repeats every pixel size × size times; `output` cuts off the excess at the right and lower border. */
export interface UpsampleLayer {
  type: 'upsample2d'
  size: number
  output: [height: number, width: number] | null
}

/** In training, sets a share `rate` of the numbers to 0 and divides the others by 1 − rate. */
export interface DropoutLayer {
  type: 'dropout'
  rate: number
}

/** The same numbers as an image of another shape. */
export interface ReshapeLayer {
  type: 'reshape'
  shape: [height: number, width: number, channels: number]
}

/** One layer, as plain data. */
export type Layer =
  | DenseLayer
  | Conv2dLayer
  | ConvTranspose2dLayer
  | PoolLayer
  | UpsampleLayer
  | DropoutLayer
  | ReshapeLayer

/** A fully connected layer of `units` units, 1 … 2²⁹: f(x · weight + bias); default activation 'linear'. */
export function dense(units: number, activation: Activation = 'linear'): DenseLayer {
  return { type: 'dense', units, activation }
}

export interface Conv2dOptions {
  /** Side of the filters in pixels, 1 … 64; default 3. */
  size?: number
  /** Distance between windows in pixels, 1 … 64; default 1. */
  stride?: number
  /** Treatment of borders; default 'same'. */
  padding?: Padding
  /** Activation of the outputs; default 'linear'. */
  activation?: Activation
}

/**
 * A convolution with `filters` filters, 1 … 2²⁹ (Y. LeCun et al., Proc. IEEE 86, 1998), for images with channels last.
 */
export function conv2d(filters: number, options: Conv2dOptions = {}): Conv2dLayer {
  return { type: 'conv2d', filters, ...readOptions('conv2d', options, CONV2D) }
}

/** The transpose of a convolution: images grow by `stride` (M. Zeiler et al., CVPR 2010). */
export function convTranspose2d(
  filters: number,
  options: Conv2dOptions & { output?: [height: number, width: number] | null } = {},
): ConvTranspose2dLayer {
  return { type: 'conv-transpose2d', filters, ...readOptions('convTranspose2d', options, CONV_TRANSPOSE2D) }
}

/** The maximum of each window of size × size pixels, 1 … 64; default 2. */
export function maxPool2d(size = 2): PoolLayer {
  return { type: 'max-pool2d', size }
}

/** The mean of each window of size × size pixels, 1 … 64; default 2. */
export function averagePool2d(size = 2): PoolLayer {
  return { type: 'average-pool2d', size }
}

/** Repeats every pixel size × size times, 1 … 64; default 2. */
export function upsample2d(size = 2, output: [height: number, width: number] | null = null): UpsampleLayer {
  return { type: 'upsample2d', size, output }
}

/** Drops a share `rate`, 0 ≤ rate < 1, of the numbers in training (N. Srivastava et al., JMLR 15, 2014). */
export function dropout(rate: number): DropoutLayer {
  return { type: 'dropout', rate }
}

/** The same numbers as an image of `shape`, [height, width, channels], sides 1 … 65 536. */
export function reshape(shape: [height: number, width: number, channels: number]): ReshapeLayer {
  return { type: 'reshape', shape }
}

/** The activation of a layer that has one. */
export function activationOf(layer: Layer): Activation | null {
  return 'activation' in layer ? layer.activation : null
}
