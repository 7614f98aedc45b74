import { LloydError, requireInteger, requireKnownOptions, requireNumber } from '../engine/error.js'
import type { Progress } from '../types.js'
import { colorSpace } from './color-space.js'
import { checkDither, type Dither } from './dither.js'
import type { QuantizeTextures } from './texture-sink.js'

export interface QuantizeOptions {
  /** Palette entries wanted, 1 … 65 536. Fewer come back when fewer are of use. */
  colors: number
  /** Where distances are measured: the stored sRGB values, or Oklab, which is closer to what is seen. */
  space?: 'srgb' | 'oklab'
  /**
   * `'none'`: every pixel gets its nearest entry. The others mix entries among neighbouring pixels: by error diffusion
   * (Floyd and Steinberg, serpentine), by a pattern of blue noise, or by Bayer's 8 × 8 matrix. What lies on the palette,
   * and an image with no more distinct colours than asked, comes back unchanged under each.
   */
  dither?: Dither
  /** How much of a pixel's error its neighbours make up for, an integer 0 (none) … 256 (all of it); default 224. */
  ditherStrength?: number
  /** Wu's variance-minimising boxes. */
  init?: 'wu'
  /** Most iterations of Lloyd, 0 … 1 000 000; default 20. */
  maxIterations?: number
  /**
   * Stop when the centroids move by at most `tolerance` × √(mean channel variance) in total;
   * 0 (the default) when no colour changes its entry.
   */
  tolerance?: number
  /** Textures to leave the result in; then no `indices` come back and no pixel passes through memory. */
  into?: QuantizeTextures
  /** Aborts the work; the promise rejects with `signal.reason`. */
  signal?: AbortSignal
  /** Stages in order: count, seed, cluster, map. With it, every step waits for the device. */
  onProgress?: (progress: Progress) => void
}

const OPTIONS = [
  'colors',
  'space',
  'dither',
  'ditherStrength',
  'init',
  'maxIterations',
  'tolerance',
  'into',
  'signal',
  'onProgress',
]
export const MAX_COLORS = 65536

/** The options as given or by default; an `InputError` for anything outside its range. */
export function checkOptions(options: QuantizeOptions) {
  if (typeof options !== 'object' || options === null) {
    throw new LloydError('InputError', 'quantize needs options with the number of colors, { colors: 256 }')
  }
  requireKnownOptions('quantize', options, OPTIONS)
  const { space = 'srgb', init = 'wu' } = options
  if (init !== 'wu') throw new LloydError('InputError', `init must be 'wu', got '${String(init)}'`)
  return {
    ...checkDither(options),
    space: colorSpace(space),
    into: options.into,
    colors: requireInteger('colors', options.colors, 1, MAX_COLORS),
    maxIterations: requireInteger('maxIterations', options.maxIterations ?? 20, 0, 1_000_000),
    tolerance: requireNumber('tolerance', options.tolerance ?? 0, 0),
  }
}
