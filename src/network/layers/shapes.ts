import { LloydError, requireInteger, requireKnownOptions, requireNumber } from '../../engine/error.js'
import { ACTIVATIONS, type Conv2dLayer, type ConvTranspose2dLayer, type Layer } from './layers.js'

/** What a layer gives for one point: units, or an image of height × width × channels. */
export type Shape = readonly [units: number] | readonly [height: number, width: number, channels: number]
export type ImageShape = readonly [height: number, width: number, channels: number]

/** Most numbers of a point that a network takes, and most sides of an image. */
export const MAX_INPUTS = 65536
/** Most numbers that a layer gives for a point: indices of float32 in a buffer. A device binds fewer; the model asks it. */
const MAX_UNITS = 2 ** 29
/** Largest side of filters and windows, and largest stride. */
const MAX_SIZE = 64

/** Numbers of a shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce<number>((product, side) => product * side, 1)
}

/** A matrix of parameters; one of its outputs is a weighted sum of `fanIn` inputs, and an input goes to `fanOut` outputs. */
export interface ParameterShape {
  name: 'weight' | 'bias'
  rows: number
  columns: number
  fanIn: number
  fanOut: number
}

const CONVOLUTION = ['filters', 'size', 'stride', 'padding', 'activation'] as const

/** Every field that a layer must have. */
const FIELDS = {
  dense: ['units', 'activation'],
  conv2d: CONVOLUTION,
  'conv-transpose2d': ['filters', 'size', 'stride', 'padding', 'activation', 'output'],
  'max-pool2d': ['size'],
  'average-pool2d': ['size'],
  upsample2d: ['size', 'output'],
  dropout: ['rate'],
  reshape: ['shape'],
} as const satisfies { [type in Layer['type']]: readonly string[] }

type Field = (typeof FIELDS)[Layer['type']][number]

function checkField(field: Field, value: unknown, name: string): void {
  if (field === 'units' || field === 'filters') requireInteger(name, value, 1, MAX_UNITS)
  else if (field === 'size' || field === 'stride') requireInteger(name, value, 1, MAX_SIZE)
  else if (field === 'padding') requireOneOf(name, value, ['same', 'valid'])
  else if (field === 'activation') requireOneOf(name, value, ACTIVATIONS)
  else if (field === 'shape') requireSides(name, value, 3)
  else if (field === 'output') value === null || requireSides(name, value, 2)
  else if (requireNumber(name, value, 0) >= 1) {
    throw new LloydError('InputError', `${name} ${value} drops every number; it must be below 1`)
  }
}

function requireOneOf(name: string, value: unknown, values: readonly unknown[]): void {
  if (values.includes(value)) return
  throw new LloydError('InputError', `${name} must be one of ${values.join(', ')}, got '${String(value)}'`)
}

function requireSides(name: string, value: unknown, count: number): void {
  if (!Array.isArray(value) || value.length !== count) {
    throw new LloydError('InputError', `${name} must be an array of ${count} integers, got ${String(value)}`)
  }
  for (const [i, side] of value.entries()) requireInteger(`${name}[${i}]`, side, 1, MAX_INPUTS)
}

/** Throws an `InputError` unless `layer` is a layer with all its fields, and those in their ranges. */
export function checkLayer(layer: Layer, name: string): void {
  if (typeof layer !== 'object' || layer === null || !Object.hasOwn(FIELDS, layer.type)) {
    const got = typeof layer === 'object' ? JSON.stringify(layer) : String(layer)
    throw new LloydError('InputError', `${name} must be a layer such as dense(16, 'relu'), got ${got}`)
  }
  const fields: readonly Field[] = FIELDS[layer.type]
  requireKnownOptions(name, layer, ['type', ...fields])
  for (const field of fields) checkField(field, layer[field as never], `${name}.${field}`)
}

/** What a layer gives for `inputs`. Throws an `InputError` where it cannot take them. */
export function outputShape(layer: Layer, inputs: Shape, name: string): Shape {
  const outputs = shapeAfter(layer, inputs, name)
  if (sizeOf(outputs) > MAX_UNITS) {
    throw new LloydError(
      'InputError',
      `${name} gives ${outputs.join(' × ')} numbers; at most ${MAX_UNITS} are possible`,
    )
  }
  return outputs
}

function shapeAfter(layer: Layer, inputs: Shape, name: string): Shape {
  switch (layer.type) {
    case 'dense':
      return [layer.units]
    case 'dropout':
      return inputs
    case 'reshape':
      if (sizeOf(layer.shape) === sizeOf(inputs)) return layer.shape
      throw new LloydError('InputError', `${name} makes ${layer.shape.join(' × ')} of ${sizeOf(inputs)} numbers`)
    case 'max-pool2d':
    case 'average-pool2d': {
      const [height, width, channels] = imageShape(inputs, name)
      return [Math.ceil(height / layer.size), Math.ceil(width / layer.size), channels]
    }
    case 'upsample2d': {
      const [height, width, channels] = imageShape(inputs, name)
      const output = layer.output ?? [height * layer.size, width * layer.size]
      if (Math.ceil(output[0] / layer.size) !== height || Math.ceil(output[1] / layer.size) !== width) {
        throw new LloydError('InputError', `${name}.output ${output} is not ${layer.size} times ${height},${width}`)
      }
      return [...output, channels]
    }
    case 'conv2d': {
      const [height, width] = imageShape(inputs, name)
      return [convolved(height, layer, name), convolved(width, layer, name), layer.filters]
    }
    case 'conv-transpose2d': {
      const [height, width] = imageShape(inputs, name)
      const output = layer.output ?? [enlarged(height, layer), enlarged(width, layer)]
      if (convolved(output[0], layer, name) !== height || convolved(output[1], layer, name) !== width) {
        throw new LloydError('InputError', `a convolution does not make ${height},${width} of ${name}.output ${output}`)
      }
      return [...output, layer.filters]
    }
  }
}

/** An image's shape; an `InputError` for units without places. */
export function imageShape(shape: Shape, name: string): ImageShape {
  if (shape.length === 3) return shape
  throw new LloydError('InputError', `${name} takes images; give inputs as [height, width, channels], or use reshape()`)
}

type Convolution = Pick<Conv2dLayer | ConvTranspose2dLayer, 'size' | 'stride' | 'padding'>

function convolved(side: number, { size, stride, padding }: Convolution, name: string): number {
  if (padding === 'same') return Math.ceil(side / stride)
  if (side >= size) return Math.floor((side - size) / stride) + 1
  throw new LloydError('InputError', `${name}: filters of ${size} pixels do not fit ${side}; use padding 'same'`)
}

function enlarged(side: number, { size, stride, padding }: Convolution): number {
  return padding === 'same' ? side * stride : (side - 1) * stride + size
}

/** Zeros that a convolution puts before the first pixel of a side. */
export function borderBefore(side: number, { size, stride, padding }: Convolution): number {
  if (padding === 'valid') return 0
  return Math.floor(Math.max(0, (Math.ceil(side / stride) - 1) * stride + size - side) / 2)
}

/** The parameters of a layer, in the order in which they lie in memory. */
export function parametersOf(layer: Layer, inputs: Shape, name: string): ParameterShape[] {
  const shape = (rows: number, columns: number, outputs: number, fanIn: number, fanOut: number): ParameterShape[] => [
    { name: 'weight', rows, columns, fanIn, fanOut },
    { name: 'bias', rows: 1, columns: outputs, fanIn, fanOut },
  ]
  switch (layer.type) {
    case 'dense':
      return shape(sizeOf(inputs), layer.units, layer.units, sizeOf(inputs), layer.units)
    case 'conv2d': {
      const [, , channels] = imageShape(inputs, name)
      const { filters, size, stride } = layer
      const taps = size * size
      return shape(taps * channels, filters, filters, taps * channels, (taps * filters) / stride ** 2)
    }
    case 'conv-transpose2d': {
      const [, , channels] = imageShape(inputs, name)
      const { filters, size, stride } = layer
      const taps = size * size
      return shape(taps * filters, channels, filters, (taps * channels) / stride ** 2, taps * filters)
    }
    default:
      return []
  }
}
