import { MAX_COLORS, MAX_ITERATIONS } from './limits.js'
import { LISTENER, SEED, SIGNAL, SWITCH } from './shared.js'
import { type OptionTable, withEntries } from './table.js'
import { choice, integer, number } from './types.js'

const MAX_SIDE = 0x7fff_ffff
const SIDE = { type: integer, from: 1, to: MAX_SIDE, required: true } as const
const SPACE = { type: choice, names: ['srgb', 'oklab'], default: 'srgb' } as const
const PIXELS = { type: integer, from: 1, to: MAX_SIDE } as const
const DITHER = { type: choice, names: ['none', 'floyd-steinberg', 'blue-noise', 'ordered'], default: 'none' } as const
/**
 * Default 7/8. Full strength oscillates in images with colours outside the palette's range: on eight photographs in 16
 * and 64 colours, 7/8 has 0.83 to 1.01 times the squared error of full strength after a blur of σ = 1 pixel, and 0.72
 * to 0.93 times without a blur; 3/4 and 15/16 are worse on most.
 */
const STRENGTH = { type: integer, from: 0, to: 256, default: 224 } as const

export const QUANTIZE = {
  colors: { type: integer, from: 1, to: MAX_COLORS },
  space: SPACE,
  dither: DITHER,
  ditherStrength: STRENGTH,
  palette: { type: 'colors' },
  fixedColors: { type: 'colors' },
  importance: { type: 'numbers' },
  init: { type: choice, names: ['wu', 'maximin', 'k-means++'], default: 'wu' },
  seed: SEED,
  restarts: { type: integer, from: 1, to: 1000, default: 1 },
  maxIterations: { type: integer, from: 0, to: MAX_ITERATIONS, default: 20 },
  tolerance: { type: number, from: 0, default: 0 },
  into: { type: 'record' },
  signal: SIGNAL,
  onProgress: LISTENER,
} as const satisfies OptionTable

export const QUANTIZE_TOGETHER = /* @__PURE__ */ withEntries(QUANTIZE, { into: null })

export const INTO = { indices: { type: 'texture' }, colors: { type: 'texture' } } as const satisfies OptionTable

export const CREATE_QUANTIZER = {
  width: SIDE,
  height: SIDE,
  colors: { type: integer, from: 1, to: MAX_COLORS, required: true },
  space: SPACE,
  dither: DITHER,
  ditherStrength: STRENGTH,
  maxIterations: { type: integer, from: 0, to: MAX_ITERATIONS, default: 20 },
  frameIterations: { type: integer, from: 0, to: MAX_ITERATIONS, default: 4 },
} as const satisfies OptionTable

export const FRAME = { into: { type: 'record' }, signal: SIGNAL } as const satisfies OptionTable

export const SEGMENT_IMAGE = {
  segments: PIXELS,
  compactness: { type: number, from: 0 },
  iterations: { type: integer, from: 0, to: 1000 },
  k: { type: integer, from: 1, to: MAX_COLORS },
  space: { type: choice, names: ['srgb', 'oklab'] },
  minArea: PIXELS,
  signal: SIGNAL,
  onProgress: LISTENER,
} as const satisfies OptionTable

const FRAME_SIDE = { type: integer, from: 1, to: 65_535, required: true } as const

export const CREATE_SEGMENTER = {
  width: FRAME_SIDE,
  height: FRAME_SIDE,
  segments: { type: integer, from: 1, to: MAX_SIDE, required: true },
  compactness: { type: number, from: 0, default: 10 },
  iterations: { type: integer, from: 0, to: 1000, default: 10 },
  frameIterations: { type: integer, from: 0, to: 1000, default: 2 },
  alpha: SWITCH,
} as const satisfies OptionTable

export const SEGMENT_FRAME = { signal: SIGNAL } as const satisfies OptionTable

export const PREPARE_SEGMENTER = {
  texture: { type: 'texture', required: true },
  labels: { type: 'buffer', required: true },
} as const satisfies OptionTable
