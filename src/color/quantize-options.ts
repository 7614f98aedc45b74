import { LloydError } from '../engine/error.js'
import { QUANTIZE } from '../options/color.js'
import { MAX_COLORS } from '../options/limits.js'
import { requireOption, type Settings } from '../options/table.js'
import type { Progress } from '../types.js'
import { ditherOf } from './dither/dither.js'
import type { Dither } from './dither/dither-method.js'
import type { QuantizeTextures } from './image/texture-sink.js'
import { OPAQUE, type PaletteColors, paletteWords } from './palette/palette-input.js'
import { colorSpace } from './table/color-space.js'
import type { Importance } from './table/importance.js'

export interface QuantizeOptions {
  /**
   * Maximum number of palette entries, 1 … 65 536; may be left out with `palette`. The result has fewer if fewer are of
   * use.
   */
  colors?: number
  /**
   * Colour space of the distances: the stored sRGB values (`'srgb'`, default), or Oklab, which is closer to perception.
   */
  space?: 'srgb' | 'oklab'
  /**
   * Dithering. `'none'` (default): every pixel gets its nearest entry. The others mix entries among neighbouring
   * pixels: by error diffusion (Floyd and Steinberg, serpentine), by a pattern of blue noise, or by Bayer's 8 × 8
   * matrix. Colours of the palette, and an image with no more distinct colours than requested, stay unchanged with
   * each.
   */
  dither?: Dither
  /**
   * Share of a pixel's error that its neighbours compensate, an integer 0 (none) … 256 (all of it); default 224. At
   * 256, a pattern gives a flat area the mean of its colour to 1/64 of the distance between two entries, if the palette
   * surrounds it; below, to 1/8, which avoids isolated dots of a distant entry.
   */
  ditherStrength?: number
  /**
   * A palette of 1 … 65 536 colours, to which the image is only mapped, by distances in `space`: it is returned
   * unchanged, in its order, with unused and repeated entries, and `indices` refer to it; the first of repeated entries
   * is used. Options for seeding and iterating have no effect then, and `colors` may be left out.
   */
  palette?: PaletteColors
  /**
   * Entries that the palette contains unchanged, in their order, before all others, used or not. They count in `colors`
   * and are used where they are nearest.
   */
  fixedColors?: PaletteColors
  /**
   * Weight of each pixel in the search for a palette, one finite number of at least 0 per pixel, row by row; default 1.
   * Only ratios matter. Weights are rounded to integers that sum to less than 2³¹, so in 10 megapixels the mean weight
   * is about 200 units. Errors count all pixels alike.
   */
  importance?: Importance
  /**
   * The first centroids: the means of Wu's variance-minimizing boxes (default); the colours farthest from one another;
   * or colours drawn by greedy k-means++. All are the same on every device.
   */
  init?: Init
  /** Seed of k-means++, an integer 0 … 2³² − 1; default 0. */
  seed?: number
  /**
   * Number of runs from different first centroids, 1 (default) … 1 000, of which the one with the lowest error in
   * `space` is kept, the first among equals. The first run starts from `init`, all others from k-means++.
   */
  restarts?: number
  /** Maximum number of Lloyd's iterations, 0 … 1 000 000; default 20. */
  maxIterations?: number
  /**
   * Convergence threshold ≥ 0: stop when the centroids move by at most `tolerance` × √(mean channel variance) in total;
   * 0 (default): when no colour changes its entry.
   */
  tolerance?: number
  /** Textures to write the result to; then no `indices` are returned and no pixel passes through memory. */
  into?: QuantizeTextures
  /** Aborts the work; the promise rejects with `signal.reason`. */
  signal?: AbortSignal
  /**
   * Progress of the stages count, seed, cluster, map, in order. With it, the work waits for the device before each
   * report.
   */
  onProgress?: (progress: Progress) => void
}

export type Init = (typeof QUANTIZE.init.names)[number]

/** The checked options. */
export type QuantizePlan = ReturnType<typeof planOf>

type Clustering = Omit<Settings<QuantizeOptions, typeof QUANTIZE>, 'importance' | 'into' | 'signal' | 'onProgress'>

/** Checks how options fit together, which are in their ranges; throws an `InputError` otherwise. */
export function planOf({ dither, ditherStrength, space, colors, palette, fixedColors, ...others }: Clustering) {
  return {
    ...others,
    ...ditherOf(dither, ditherStrength),
    ...checkPalettes({ colors, palette, fixedColors }),
    space: colorSpace(space),
  }
}

function checkPalettes({ colors, palette, fixedColors }: QuantizeOptions) {
  if (palette === undefined) requireOption('colors', colors, QUANTIZE.colors)
  const asked = colors ?? MAX_COLORS
  if (palette !== undefined && fixedColors !== undefined) {
    throw new LloydError('InputError', 'palette is complete; add the fixedColors to it, or leave one out')
  }
  const given = palette === undefined ? null : paletteWords('palette', palette, asked)
  const fixed = fixedColors === undefined ? new Uint32Array(0) : paletteWords('fixedColors', fixedColors, asked)
  return {
    colors: given?.length ?? asked,
    given,
    fixed,
    /** Whether the result can have translucent entries although the image has none. */
    alpha: [given, fixed].some((words) => words?.some((color) => color < OPAQUE)),
  }
}
