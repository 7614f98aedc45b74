import { LloydError, requireInteger } from '../../engine/error.js'
import type { RgbaImage } from '../../io/images/png-samples.js'
import { THUMBNAIL } from '../../options/images.js'
import { readOptions } from '../../options/table.js'

/**
 * A small copy of an image: each pixel is the mean of those that it covers, in proportion to the parts covered and to
 * their alpha, in whole numbers. An image that is small enough is copied.
 *
 * @param options.side most pixels of its longer side, 1 … 4096, default 160
 * @throws LloydError `InputError` for an image that is none
 */
export function thumbnail(image: RgbaImage, options: { side?: number } = {}): RgbaImage {
  const { side } = readOptions('thumbnail', options, THUMBNAIL)
  const { width, height } = requireImage(image)
  const longer = Math.max(width, height)
  if (longer <= side) return { data: new Uint8ClampedArray(image.data), width, height }
  const sideOf = (length: number) => Math.max(1, Math.round((length * side) / longer))
  return averageBoxes(image, sideOf(width), sideOf(height))
}

/** The image in a given size, which is at most its own: means over boxes. */
export function averageBoxes(image: RgbaImage, width: number, height: number): RgbaImage {
  const data = new Uint8ClampedArray(4 * width * height)
  const columns = Array.from({ length: width }, (_, x) => partsOf(x, width, image.width))
  for (let y = 0; y < height; y++) {
    const rows = partsOf(y, height, image.height)
    for (let x = 0; x < width; x++) averageBox(image, columns[x], rows, data, 4 * (y * width + x))
  }
  return { data, width, height }
}

/** Pixels that a place covers along an axis: the first, and how much of each, in parts of `count` to a pixel. */
interface Parts {
  first: number
  weights: number[]
}

function partsOf(at: number, count: number, length: number): Parts {
  const [from, to] = [at * length, (at + 1) * length]
  const first = Math.floor(from / count)
  const last = Math.ceil(to / count)
  const weights = Array.from(
    { length: last - first },
    (_, i) => Math.min(to, (first + i + 1) * count) - Math.max(from, (first + i) * count),
  )
  return { first, weights }
}

function averageBox({ data, width }: RgbaImage, across: Parts, down: Parts, out: Uint8ClampedArray, to: number): void {
  let [red, green, blue, alpha, area] = [0, 0, 0, 0, 0]
  for (let j = 0; j < down.weights.length; j++) {
    let at = 4 * ((down.first + j) * width + across.first)
    for (let i = 0; i < across.weights.length; i++, at += 4) {
      const part = down.weights[j] * across.weights[i]
      const weight = part * data[at + 3]
      red += weight * data[at]
      green += weight * data[at + 1]
      blue += weight * data[at + 2]
      alpha += weight
      area += part
    }
  }
  if (alpha === 0) return
  out[to] = red / alpha
  out[to + 1] = green / alpha
  out[to + 2] = blue / alpha
  out[to + 3] = alpha / area
}

function requireImage(image: RgbaImage): RgbaImage {
  const width = requireInteger('image.width', image?.width, 1, 2 ** 31 - 1)
  const height = requireInteger('image.height', image?.height, 1, 2 ** 31 - 1)
  const { data } = image
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray) || data.length !== 4 * width * height) {
    throw new LloydError('InputError', `image.data must be ${4 * width * height} RGBA bytes in a Uint8Array`)
  }
  return image
}
