import { type Engine, type Quantized, type QuantizeOptions, quantize } from 'lloyd'
import type { FrameStack } from './frames.js'

/**
 * Quantizes the frames of a stack to one palette. Dithering must not go from one frame on to the next, nor its pattern
 * shift between them, so then each frame is mapped by itself to the palette of all.
 *
 * @returns the stack as one image, `height` × frames high
 */
export async function quantizeFrames(engine: Engine, stack: FrameStack, options: QuantizeOptions): Promise<Quantized> {
  const { data, width, height, delays } = stack
  const whole = { data, width, height: height * delays.length }
  if (delays.length === 1 || (options.dither ?? 'none') === 'none') return quantize(engine, whole, options)
  const found = await quantize(engine, whole, { ...options, dither: 'none' })
  const size = width * height
  const { palette } = found
  const given: QuantizeOptions = { ...options, colors: undefined, fixedColors: undefined, palette }
  const errors = { mse: 0, oklabMse: 0 }
  for (const frame of delays.keys()) {
    const image = { data: data.subarray(4 * frame * size, 4 * (frame + 1) * size), width, height }
    const { indices, mse, oklabMse } = await quantize(engine, image, given)
    found.indices.set(indices, frame * size)
    errors.mse += mse / delays.length
    errors.oklabMse += oklabMse / delays.length
  }
  return { ...found, ...errors }
}
