import type { EngineBuffer } from '../../engine/kernel.js'
import { measureMapping } from '../../kernels/color/palette/measure-mapping.js'
import { placePalette } from '../../kernels/color/palette/place-palette.js'
import { overColors } from '../table/color-points.js'
import { type ColorSpace, colorSpace } from '../table/color-space.js'
import type { ColorWork } from '../table/color-work.js'

/** Squared errors over all pixels, in squared coordinates of each space. */
export type SquaredErrors = Record<ColorSpace['name'], bigint>

/**
 * Measures the exact squared error of a mapping in a space: Σ weight × squared distance of the distinct colours to
 * their entries, as a 64-bit integer in the two words of the returned buffer.
 */
export async function measureError(
  { executor, scope, table, reporter }: ColorWork,
  { OKLAB }: ColorSpace,
  { palette, labels, weights }: Record<'palette' | 'labels' | 'weights', EngineBuffer>,
): Promise<EngineBuffer> {
  const { unique, colors, transfer, alpha } = table
  const flags = { ALPHA: alpha, OKLAB }
  const [place, measure] = await Promise.all([
    executor.compile(placePalette, { flags }),
    executor.compile(measureMapping, { flags }),
  ])
  const entryCount = palette.size / 4
  const entries = scope.allocate('quantize.entries', 16 * entryCount)
  const sum = scope.allocate('quantize.error', 8)
  executor.run(place, { entryCount }, { palette, transfer, entries })
  await overColors(executor, reporter, unique, 1, (range) =>
    executor.run(measure, range, { colors, weights, labels, entries, transfer, sum }),
  )
  return sum
}

/** Converts squared errors over all pixels to means per pixel, in the units of each space. */
export function meanErrors({ srgb, oklab }: SquaredErrors, pixelCount: number): { mse: number; oklabMse: number } {
  const mean = (error: bigint, { units }: ColorSpace) => Number(error) / (units ** 2 * pixelCount)
  return { mse: mean(srgb, colorSpace('srgb')), oklabMse: mean(oklab, colorSpace('oklab')) }
}

/** The 64-bit integer at two words, low first. */
export function readU64(words: Uint32Array, index: number): bigint {
  return (BigInt(words[index + 1]) << 32n) | BigInt(words[index])
}
