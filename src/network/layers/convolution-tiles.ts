import type { Executor } from '../../engine/engine.js'
import { requireInteger } from '../../engine/error.js'
import type { Tile } from '../../engine/traits.js'
import type { ImageShape } from './shapes.js'

/** A convolution that computes small images from large ones. */
export interface ConvolutionShape {
  small: ImageShape
  large: ImageShape
  size: number
  stride: number
  top: number
  left: number
}

/** The three computations of a convolution. */
export const CONVOLUTION_PARTS = ['forward', 'transposed', 'weights'] as const
export type ConvolutionPart = (typeof CONVOLUTION_PARTS)[number]

/**
 * The tile of a part: one thread keeps `pixels` of the target with `channels` each in registers; for the gradient of
 * the weights, `channels`.
 */
export interface ConvolutionTile extends Tile {
  pixels: number
  channels: number
  /** Number of threads of a workgroup. */
  workgroup: number
}

/** The class of shapes that share a tile of a part: filters of a size and stride, and powers of two of channels. */
export function convolutionClass({ small, large, size, stride }: ConvolutionShape, part: ConvolutionPart): string {
  const power = (value: number) => 2 ** Math.ceil(Math.log2(value))
  const filters = `${size} × ${size} by ${stride}, ${power(small[2])} of ${power(large[2])} channels`
  return `${part === 'weights' ? 'convolution-weights' : `convolve ${part}`}, ${filters}`
}

const DEFAULT: ConvolutionTile = { pixels: 4, channels: 8, workgroup: 32 }

/** A few tiles worth measuring, the default one first. */
export function candidateTiles(part: ConvolutionPart): ConvolutionTile[] {
  const sizes =
    part === 'weights'
      ? [
          [4, 4],
          [4, 16],
        ]
      : [
          [2, 8],
          [4, 4],
          [8, 8],
        ]
  return [DEFAULT, ...sizes.map(([pixels, channels]) => ({ ...DEFAULT, pixels, channels }))]
}

/** The tile of a part: the measured or forced one, otherwise the default one. */
export function convolutionTile(executor: Executor, shape: ConvolutionShape, part: ConvolutionPart): ConvolutionTile {
  const key = convolutionClass(shape, part)
  const tuned = executor.tuning.get(key)
  if (!tuned) return DEFAULT
  const check = (name: string, most: number) => requireInteger(`${name} of '${key}'`, tuned[name], 1, most)
  return { pixels: check('pixels', 32), channels: check('channels', 32), workgroup: check('workgroup', 256) }
}
