import { LloydError, requireInteger, requireKnownOptions } from '../engine/error.js'
import { ELEMENTWISE } from '../kernels/shared/activation.js'

/** f of a layer's outputs. `'leaky-relu'` has slope 0.01 below 0; `'softmax'` runs over the units of a point. */
export type Activation = (typeof ELEMENTWISE)[number] | 'softmax'

export const ACTIVATIONS: readonly Activation[] = [...ELEMENTWISE, 'softmax']

/** Every unit sees every input: f(x · weight + bias), weight inputs × units, bias 1 × units. An image is flattened. */
export interface DenseLayer {
  type: 'dense'
  units: number
  activation: Activation
}

/** One layer, as plain data. */
export type Layer = DenseLayer

/** What a layer gives for one point: units, or an image of height × width × channels. */
export type Shape = readonly [units: number] | readonly [height: number, width: number, channels: number]

/** Numbers of a shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce<number>((product, side) => product * side, 1)
}

/** A layer of `units` units that see all inputs, f(x · weight + bias). Source: D. Rumelhart and others, Nature 323, 1986. */
export function dense(units: number, activation: Activation = 'linear'): DenseLayer {
  return { type: 'dense', units, activation }
}

/** A matrix of parameters: its shape, and how many inputs and outputs one weight connects, for its first values. */
export interface ParameterShape {
  name: 'weight' | 'bias'
  rows: number
  columns: number
}

/** Throws an `InputError` unless `layer` is a layer that takes `inputs`; returns what it gives. */
export function outputShape(layer: Layer, inputs: Shape, name: string): Shape {
  checkLayer(layer, name)
  void inputs
  return [layer.units]
}

function checkLayer(layer: Layer, name: string): void {
  if (typeof layer !== 'object' || layer === null || layer.type !== 'dense') {
    throw new LloydError('InputError', `${name} must be a layer, dense(units, activation), got ${describe(layer)}`)
  }
  requireKnownOptions(name, layer, ['type', 'units', 'activation'])
  requireInteger(`${name}.units`, layer.units, 1, MAX_UNITS)
  requireActivation(`${name}.activation`, layer.activation)
}

function describe(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

export const MAX_UNITS = 65536

function requireActivation(name: string, activation: Activation): void {
  if (ACTIVATIONS.includes(activation)) return
  throw new LloydError('InputError', `${name} must be one of ${ACTIVATIONS.join(', ')}, got '${String(activation)}'`)
}

/** The parameters of a layer, in the order in which they lie in memory. */
export function parametersOf(layer: Layer, inputs: Shape): ParameterShape[] {
  return [
    { name: 'weight', rows: sizeOf(inputs), columns: layer.units },
    { name: 'bias', rows: 1, columns: layer.units },
  ]
}

/**
 * The decoder that mirrors an encoder: its layers turned round, each with the activation that made what it gives back,
 * and `last` for the reconstruction. `shapes[i]` is what encoder[i] takes.
 */
export function mirror(encoder: readonly Layer[], shapes: readonly Shape[], last: Activation): Layer[] {
  const activationBefore = (index: number) => encoder.slice(0, index).at(-1)?.activation ?? last
  return encoder.map((_, index) => dense(sizeOf(shapes[index]), activationBefore(index))).reverse()
}
