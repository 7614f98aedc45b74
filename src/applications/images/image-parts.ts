import type { Pixels } from '../../color/image/pixels.js'
import type { Executor } from '../../engine/engine.js'
import type { RgbaImage } from '../../io/images/png-samples.js'
import { OKLAB_UNITS, oklabCoordinates } from '../../kernels/color/space/oklab.js'
import { randomUnit } from '../../kernels/shared/random.js'
import { thumbnail } from './thumbnail.js'

/** The longer side of the copies that parts are taken from, so that parts of all images show as much of them. */
const REDUCED_SIDE = 96
/** Side of a part in pixels, and parts of an image. */
export const PART_SIDE = 8
export const PARTS = 64
/** Deviations of lightness below this are noise rather than a pattern. */
const NOISE = 0.02

/** What is kept of the patterns of an image. */
export interface ImageParts {
  /** PARTS rows of PART_SIDE² numbers: lightness, of mean 0 in each part, and deviation 1 unless it is nearly plain. */
  parts: Float32Array
  /** Mean differences of lightness, 0 … 100, between pixels beside each other and below each other. */
  edges: Float64Array
}

/** Takes parts of an image at random places, in shades of grey. */
export async function takeParts(executor: Executor, pixels: Pixels, seed: number): Promise<ImageParts> {
  const small = thumbnail(await readPixels(executor, pixels), { side: REDUCED_SIDE })
  const lightness = lightnessOf(small)
  const { width, height } = small
  const parts = new Float32Array(PARTS * PART_SIDE ** 2)
  for (let at = 0; at < PARTS; at++) {
    const left = Math.floor(randomUnit(seed, at, 0) * Math.max(1, width - PART_SIDE + 1))
    const top = Math.floor(randomUnit(seed, at, 1) * Math.max(1, height - PART_SIDE + 1))
    const part = parts.subarray(at * PART_SIDE ** 2, (at + 1) * PART_SIDE ** 2)
    for (let y = 0; y < PART_SIDE; y++) {
      const row = Math.min(height - 1, top + y) * width
      for (let x = 0; x < PART_SIDE; x++) part[y * PART_SIDE + x] = lightness[row + Math.min(width - 1, left + x)]
    }
    normalize(part)
  }
  return { parts, edges: Float64Array.of(edgesOf(lightness, width, 1), edgesOf(lightness, width, width)) }
}

async function readPixels(executor: Executor, { chunks, width, height }: Pixels): Promise<RgbaImage> {
  const words = new Uint32Array(width * height)
  for (const chunk of chunks) {
    await executor.readInto(chunk.buffer(), words.subarray(chunk.end - chunk.count, chunk.end))
  }
  return { data: new Uint8Array(words.buffer), width, height }
}

/** The lightness of pixels in Oklab, 0 … 1, on white. */
function lightnessOf({ data, width, height }: RgbaImage): Float32Array {
  const lightness = new Float32Array(width * height)
  const coordinates = new Uint32Array(4)
  for (let at = 0; at < lightness.length; at++) {
    const [r, g, b, a] = data.subarray(4 * at, 4 * at + 4)
    oklabCoordinates(r | (g << 8) | (b << 16), false, coordinates)
    lightness[at] = 1 + ((coordinates[0] / OKLAB_UNITS - 1) * a) / 255
  }
  return lightness
}

/** Removes mean and contrast, as before features are learnt by A. Coates, H. Lee and A. Ng, AISTATS 2011. */
function normalize(part: Float32Array): void {
  let mean = 0
  for (let at = 0; at < part.length; at++) mean += part[at] / part.length
  let variance = 0
  for (let at = 0; at < part.length; at++) variance += (part[at] - mean) ** 2 / part.length
  const deviation = Math.sqrt(variance + NOISE ** 2)
  for (let at = 0; at < part.length; at++) part[at] = (part[at] - mean) / deviation
}

/** The mean difference of pixels `step` places apart: 1 for those beside, the width for those below. */
function edgesOf(lightness: Float32Array, width: number, step: number): number {
  let sum = 0
  let count = 0
  for (let at = 0; at + step < lightness.length; at++) {
    if (step === 1 && (at + 1) % width === 0) continue
    sum += Math.abs(lightness[at + step] - lightness[at])
    count++
  }
  return count === 0 ? 0 : (100 * sum) / count
}
