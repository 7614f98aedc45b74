import { LloydError } from '../../engine/error.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import { weighColors } from '../../kernels/color/table/weigh-colors.js'
import type { Pixels } from '../image/pixels.js'
import type { ColorWork } from './color-work.js'

/** Weights of pixels, one each, row by row: finite numbers of at least 0, whose ratios alone matter. */
export type Importance = ArrayLike<number>

/** Exclusive bound of the sum of an image's weights, which the integers of clustering can hold. */
const MAX_WEIGHT = 2 ** 31

/** Weights as integers: multiples of 1/`scale`, a power of two. */
export interface PixelWeights {
  values: Importance
  scale: number
}

/**
 * Importance in integers, as fine as possible: `scale` is the largest power of two with which the weights sum to less
 * than 2³¹, halved while they do not when rounded. So weights that are all equal have no effect. Throws an `InputError`
 * for weights that are not one number per pixel, negative, not finite or all 0.
 */
export function scaleImportance(
  values: Importance,
  { width, height }: { width: number; height: number },
): PixelWeights {
  const greatest = requireWeights(values, width, height)
  let scale = 1
  while (greatest * scale >= MAX_WEIGHT) scale /= 2
  while (greatest * scale < MAX_WEIGHT / 2 && scale < 2 ** 1000) scale *= 2
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i] * scale
  for (; sum >= MAX_WEIGHT; sum /= 2) scale /= 2
  while (roundedSum(values, scale) >= MAX_WEIGHT) scale /= 2
  return { values, scale }
}

function roundedSum(values: Importance, scale: number): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += Math.round(values[i] * scale)
  return sum
}

/** Returns the greatest weight. */
function requireWeights(values: Importance, width: number, height: number): number {
  if (typeof values !== 'object' || values === null || values.length !== width * height) {
    const got = values?.length ?? String(values)
    throw new LloydError(
      'InputError',
      `importance must have a weight for each of ${width} × ${height} = ${width * height} pixels, got ${got}`,
    )
  }
  let greatest = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (typeof value !== 'number' || !(value >= 0 && value < Infinity)) {
      const place = `x = ${i % width}, y = ${Math.floor(i / width)}`
      throw new LloydError('InputError', `importance at ${place} must be a finite number of at least 0, got ${value}`)
    }
    if (value > greatest) greatest = value
  }
  if (greatest === 0) {
    throw new LloydError('InputError', 'importance is 0 everywhere; give some pixels a weight, or leave it out')
  }
  return greatest
}

/** The integer for a pixel. */
export function weightOf({ values, scale }: PixelWeights): (pixel: number) => number {
  return (pixel) => Math.round(values[pixel] * scale)
}

/** The weight of each distinct colour: the sum over its pixels, numbered through all images. */
export async function weighTable(
  { executor, scope, table, reporter }: ColorWork,
  images: readonly Pixels[],
  weightOf: (pixel: number) => number,
): Promise<EngineBuffer> {
  const weigh = await executor.compile(weighColors, { flags: { ALPHA: table.alpha } })
  const weights = scope.allocate('quantize.weights', 4 * table.unique)
  const numbers = scope.upload(
    'quantize.numbers',
    Uint32Array.from({ length: table.unique }, (_, i) => i),
  )
  table.labelSlots(numbers, numbers)
  const { keys, slotLabels, slotMask } = table.slots
  const importance = scope.allocate('quantize.importance', 4 * table.chunkPixels)
  let first = 0
  for (const chunk of images.flatMap(({ chunks }) => chunks)) {
    executor.write(
      importance,
      Uint32Array.from({ length: chunk.count }, (_, i) => weightOf(first + i)),
    )
    first += chunk.count
    executor.run(
      weigh,
      { pixelCount: chunk.count, slotMask },
      { pixels: chunk.buffer(), keys, slotLabels, importance, weights },
    )
    executor.submit()
    reporter.throwIfAborted()
  }
  return weights
}
