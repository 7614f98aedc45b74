import { LloydError, requireInteger } from '../../engine/error.js'

/** An image of RGBA bytes, not premultiplied, row by row: an `ImageData`, or `{ data, width, height }`. */
export interface RgbaImage {
  data: Uint8Array | Uint8ClampedArray
  width: number
  height: number
}

/** An image of 16-bit grey samples, row by row, such as a label map. */
export interface GrayImage {
  gray: Uint16Array
  width: number
  height: number
}

/** The rows of a PNG, in its form. */
export interface PngRows {
  bitDepth: number
  colorType: number
  /** Bytes of a row, without that of its filter. */
  rowBytes: number
  /** Writes row `y`, and its filter before it, at `at` of a block of zeros. */
  write(y: number, block: Uint8Array, at: number): void
}

const FILTERS = 5

/**
 * Rows of colour type 2 or 6, by whether the image is opaque, or of 16-bit grey. Each has the filter whose bytes, as
 * signed numbers, have the lowest sum of magnitudes, as the PNG specification proposes.
 */
export function sampleRows(image: RgbaImage | GrayImage, largestSide: number): PngRows {
  const { width, height } = image
  requireInteger('width', width, 1, largestSide)
  requireInteger('height', height, 1, largestSide)
  const gray = 'gray' in image
  const samples = gray ? image.gray : image.data
  const fits = gray
    ? samples instanceof Uint16Array && samples.length === width * height
    : (samples instanceof Uint8Array || samples instanceof Uint8ClampedArray) && samples.length === 4 * width * height
  if (!fits) {
    const needed = gray
      ? `gray must be a Uint16Array of ${width * height}`
      : `data must be ${4 * width * height} bytes, in a Uint8Array or Uint8ClampedArray,`
    throw new LloydError(
      'InputError',
      `${needed} samples of ${width} × ${height} pixels, got ${samples?.length ?? 'none'}`,
    )
  }
  const opaque = !gray && isOpaque(image.data)
  const pixelBytes = gray ? 2 : opaque ? 3 : 4
  const fill = (y: number, row: Uint8Array) => {
    if (gray) fillGray(image.gray, y * width, row)
    else fillColors(image.data, 4 * y * width, row, pixelBytes)
  }
  const rowBytes = pixelBytes * width
  const before = new Uint8Array(rowBytes)
  const row = new Uint8Array(rowBytes)
  return {
    bitDepth: gray ? 16 : 8,
    colorType: gray ? 0 : opaque ? 2 : 6,
    rowBytes,
    write(y, block, at) {
      fill(y, row)
      let best = 0
      let least = Infinity
      for (let filter = 0; filter < FILTERS; filter++) {
        const cost = filterRow(filter, row, before, pixelBytes, block.subarray(at, at + rowBytes))
        if (cost >= least) continue
        best = filter
        least = cost
      }
      if (best < FILTERS - 1) filterRow(best, row, before, pixelBytes, block.subarray(at, at + rowBytes))
      block[at - 1] = best
      before.set(row)
    },
  }
}

function isOpaque(data: Uint8Array | Uint8ClampedArray): boolean {
  for (let at = 3; at < data.length; at += 4) if (data[at] < 255) return false
  return true
}

function fillColors(data: Uint8Array | Uint8ClampedArray, from: number, row: Uint8Array, pixelBytes: number): void {
  for (let at = 0, pixel = from; at < row.length; at += pixelBytes, pixel += 4) {
    for (let i = 0; i < pixelBytes; i++) row[at + i] = data[pixel + i]
  }
}

function fillGray(gray: Uint16Array, from: number, row: Uint8Array): void {
  for (let at = 0, pixel = from; at < row.length; at += 2, pixel++) {
    row[at] = gray[pixel] >> 8
    row[at + 1] = gray[pixel] & 255
  }
}

/** Filters a row into `target`; returns the sum of magnitudes. */
function filterRow(
  filter: number,
  row: Uint8Array,
  before: Uint8Array,
  pixelBytes: number,
  target: Uint8Array,
): number {
  let cost = 0
  for (let at = 0; at < row.length; at++) {
    const left = at < pixelBytes ? 0 : row[at - pixelBytes]
    const up = before[at]
    let guess = 0
    if (filter === 1) guess = left
    else if (filter === 2) guess = up
    else if (filter === 3) guess = (left + up) >> 1
    else if (filter === 4) guess = paeth(left, up, at < pixelBytes ? 0 : before[at - pixelBytes])
    const difference = (row[at] - guess) & 255
    target[at] = difference
    cost += difference < 128 ? difference : 256 - difference
  }
  return cost
}

/** Of left, up and their corner, the nearest to left + up − corner. */
function paeth(left: number, up: number, corner: number): number {
  const toLeft = Math.abs(up - corner)
  const toUp = Math.abs(left - corner)
  const toCorner = Math.abs(left + up - 2 * corner)
  if (toLeft <= toUp && toLeft <= toCorner) return left
  return toUp <= toCorner ? up : corner
}
