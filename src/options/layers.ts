import { mustBe, requireInteger } from '../engine/error.js'
import { MAX_INPUTS } from './limits.js'
import type { OptionTable } from './table.js'
import { choice, fraction, integer, type OptionType } from './types.js'

/**
 * Maximum number of outputs of a layer per point: indices of float32 in a buffer. Devices bind fewer, which the model
 * checks.
 */
export const MAX_UNITS = 2 ** 29
/** Largest side of filters and windows, and largest stride. */
const MAX_SIZE = 64

/** An array of `count` sides of an image, or null if that is the default. */
export const sides: OptionType = (name, value, spec) => {
  if (value === null && spec.default === null) return
  const { count } = spec
  if (!Array.isArray(value) || value.length !== count) throw mustBe(name, `an array of ${count} integers`, value)
  for (const [i, side] of value.entries()) requireInteger(`${name}[${i}]`, side, 1, MAX_INPUTS)
}

const UNITS = { type: integer, from: 1, to: MAX_UNITS, required: true } as const
const SIZE = { type: integer, from: 1, to: MAX_SIZE, default: 3 } as const
const STRIDE = { type: integer, from: 1, to: MAX_SIZE, default: 1 } as const
const WINDOW = { type: integer, from: 1, to: MAX_SIZE, default: 2 } as const
const PADDING = { type: choice, names: ['same', 'valid'], default: 'same' } as const
const ACTIVATION = {
  type: choice,
  names: ['linear', 'relu', 'leaky-relu', 'sigmoid', 'tanh', 'softplus', 'softmax'],
  default: 'linear',
} as const
const OUTPUT = { type: sides, count: 2, default: null } as const

/** The options of a convolution and of its transpose. */
export const CONV2D = {
  size: SIZE,
  stride: STRIDE,
  padding: PADDING,
  activation: ACTIVATION,
} as const satisfies OptionTable
export const CONV_TRANSPOSE2D = {
  size: SIZE,
  stride: STRIDE,
  padding: PADDING,
  activation: ACTIVATION,
  output: OUTPUT,
} as const satisfies OptionTable

const POOL = { size: WINDOW } as const

/** The fields of each layer apart from its type; all are required. */
export const LAYERS = {
  dense: { units: UNITS, activation: ACTIVATION },
  conv2d: { filters: UNITS, size: SIZE, stride: STRIDE, padding: PADDING, activation: ACTIVATION },
  'conv-transpose2d': {
    filters: UNITS,
    size: SIZE,
    stride: STRIDE,
    padding: PADDING,
    activation: ACTIVATION,
    output: OUTPUT,
  },
  'max-pool2d': POOL,
  'average-pool2d': POOL,
  upsample2d: { size: WINDOW, output: OUTPUT },
  dropout: { rate: { type: fraction, from: 0, below: 1, required: true } },
  reshape: { shape: { type: sides, count: 3, required: true } },
} as const satisfies Record<string, OptionTable>
