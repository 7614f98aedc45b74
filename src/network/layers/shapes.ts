import { LloydError } from '../../engine/error.js'
import { LAYERS, MAX_UNITS } from '../../options/layers.js'
import { type OptionTable, requireKnownOptions, requireOption } from '../../options/table.js'
import type { Conv2dLayer, ConvTranspose2dLayer, Layer } from './layers.js'

/** The outputs of a layer for one point: units, or an image of height × width × channels. */
export type Shape = readonly [units: number] | readonly [height: number, width: number, channels: number]
export type ImageShape = readonly [height: number, width: number, channels: number]

/** The number of elements of a shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce<number>((product, side) => product * side, 1)
}

/**
 * A matrix of parameters. Each output is a weighted sum of `fanIn` inputs, and each input contributes to `fanOut`
 * outputs.
 */
export interface ParameterShape {
  name: 'weight' | 'bias'
  rows: number
  columns: number
  fanIn: number
  fanOut: number
}

/** Throws an `InputError` unless `layer` is a layer with all its fields in their ranges. */
export function checkLayer(layer: Layer, name: string): void {
  if (typeof layer !== 'object' || layer === null || !Object.hasOwn(LAYERS, layer.type)) {
    const got = typeof layer === 'object' ? JSON.stringify(layer) : String(layer)
    throw new LloydError('InputError', `${name} must be a layer such as dense(16, 'relu'), got ${got}`)
  }
  const { type, ...given } = layer
  const fields: OptionTable = LAYERS[type]
  requireKnownOptions(name, given, fields)
  for (const field in fields) requireOption(`${name}.${field}`, given[field as never], fields[field])
}

/** The output shape of a layer for `inputs`. Throws an `InputError` if it does not fit them. */
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
      throw new LloydError('InputError', `${name}: ${sizeOf(inputs)} numbers are not ${layer.shape.join(' × ')}`)
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
        throw new LloydError('InputError', `no convolution maps ${name}.output ${output} to ${height},${width}`)
      }
      return [...output, layer.filters]
    }
  }
}

/** The shape of an image; throws an `InputError` for units, which have no positions. */
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

/** Number of zeros that a convolution pads before the first pixel of a side. */
export function borderBefore(side: number, { size, stride, padding }: Convolution): number {
  if (padding === 'valid') return 0
  return Math.floor(Math.max(0, (Math.ceil(side / stride) - 1) * stride + size - side) / 2)
}

/** The parameters of a layer, in memory order. */
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
