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
  /** Palette entries wanted, 1 … 65 536, unless a `palette` is given. Fewer come back when fewer are of use. */
  colors?: number
  /** Where distances are measured: the stored sRGB values, or Oklab, which is closer to what is seen. */
  space?: 'srgb' | 'oklab'
  /**
   * `'none'`: every pixel gets its nearest entry. The others mix entries among neighbouring pixels: by error diffusion
   * (Floyd and Steinberg, serpentine), by a pattern of blue noise, or by Bayer's 8 × 8 matrix. What lies on the palette,
   * and an image with no more distinct colours than asked, comes back unchanged under each.
   */
  dither?: Dither
  /**
   * How much of a pixel's error its neighbours make up for, an integer 0 (none) … 256 (all of it); default 224. At 256 a
   * pattern gives a flat area the mean of its colour to 1/64 of the way between two entries, where the palette surrounds
   * it; below, to 1/8, which leaves out lone dots of an entry far off.
   */
  ditherStrength?: number
  /**
   * A palette, 1 … 65 536 colours, to which the image is only mapped, by distances in `space`: it comes back as it is, in
   * its order, with unused and repeated entries, and `indices` refer to it; of repeated entries the first is used.
   * What seeds and iterates has no effect then, and `colors` may be left out.
   */
  palette?: PaletteColors
  /**
   * Entries that are in the palette as they are given, in their order, before all others, used or not. They count in
   * `colors` and are taken where they are nearest.
   */
  fixedColors?: PaletteColors
  /**
   * What each pixel counts for in the search for a palette, one finite number of at least 0 a pixel, row by row; default
   * 1. Only ratios matter. They are rounded to integers that sum to less than 2³¹, so in 10 megapixels the mean weight is
   * about 200 units. Errors are those of all pixels alike.
   */
  importance?: Importance
  /**
   * The first centroids: the means of Wu's variance-minimising boxes; the colours farthest from one another; or colours
   * drawn by k-means++ (greedy). All are the same on every device.
   */
  init?: Init
  /** What k-means++ draws by, an integer 0 … 2³² − 1; default 0. */
  seed?: number
  /**
   * Runs from different first centroids, 1 (the default) … 1 000, of which the one with the lowest error in `space` is
   * kept, the first among equals. The first run starts from `init`, all others from k-means++.
   */
  restarts?: number
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

export type Init = (typeof QUANTIZE.init.names)[number]

/** What the options ask for. */
export type QuantizePlan = ReturnType<typeof planOf>

type Clustering = Omit<Settings<QuantizeOptions, typeof QUANTIZE>, 'importance' | 'into' | 'signal' | 'onProgress'>

/** What options ask for that are in their ranges; an `InputError` for what does not go together. */
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
    throw new LloydError('InputError', 'palette is the whole palette; put the fixedColors into it or leave one out')
  }
  const given = palette === undefined ? null : paletteWords('palette', palette, asked)
  const fixed = fixedColors === undefined ? new Uint32Array(0) : paletteWords('fixedColors', fixedColors, asked)
  return {
    colors: given?.length ?? asked,
    given,
    fixed,
    /** The result can have translucent entries though the image has none. */
    alpha: [given, fixed].some((words) => words?.some((color) => color < OPAQUE)),
  }
}
