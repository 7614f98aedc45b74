import type { Runs } from './runs.js'

/** Sums over the pixels of regions, from which their mean colours follow, also after regions are merged. */
export interface RegionSums {
  /** Numbers of pixels. */
  areas: Uint32Array
  /** Four per region: sums of red, green and blue, each times alpha, and of alpha; exact. */
  colors: Float64Array
}

/** Sums of a piece of a run are below 2³¹. */
const PIECE_PIXELS = 2 ** 15
/** Sums of one channel of a piece of opaque pixels are below 2¹⁶. */
const OPAQUE_PIXELS = 2 ** 8

export function emptySums(count: number): RegionSums {
  return { areas: new Uint32Array(count), colors: new Float64Array(4 * count) }
}

/** Neighbouring pixels of an image. */
export interface PixelWords {
  /** rgba8 words. */
  words: Uint32Array
  /** The first of them in the image. */
  first: number
  /** Whether some may not be opaque. */
  alpha: boolean
}

/** Adds pixels, whose regions are the labels of the runs; of runs, those from `from` on. */
export function addPixels(sums: RegionSums, { words, first, alpha }: PixelWords, runs: Runs, from: number): void {
  const { starts, labels } = runs
  const end = first + words.length
  const most = alpha ? PIECE_PIXELS : OPAQUE_PIXELS
  for (let run = from; run < labels.length && starts[run] < end; run++) {
    const last = Math.min(end, starts[run + 1])
    for (let at = Math.max(first, starts[run]); at < last; ) {
      const stop = Math.min(last, at + most)
      sums.areas[labels[run]] += stop - at
      if (alpha) addPiece(sums.colors, 4 * labels[run], words, at - first, stop - first)
      else addOpaque(sums.colors, 4 * labels[run], words, at - first, stop - first)
      at = stop
    }
  }
}

function addOpaque(colors: Float64Array, into: number, pixels: Uint32Array, from: number, end: number): void {
  let redBlue = 0
  let green = 0
  for (let at = from; at < end; at++) {
    const pixel = pixels[at]
    redBlue = (redBlue + (pixel & 0xff00ff)) | 0
    green = (green + (pixel & 0xff00)) | 0
  }
  colors[into] += 255 * (redBlue & 0xffff)
  colors[into + 1] += 255 * (green >>> 8)
  colors[into + 2] += 255 * (redBlue >>> 16)
  colors[into + 3] += 255 * (end - from)
}

function addPiece(colors: Float64Array, into: number, pixels: Uint32Array, from: number, end: number): void {
  let red = 0
  let green = 0
  let blue = 0
  let alphas = 0
  for (let at = from; at < end; at++) {
    const pixel = pixels[at]
    const alpha = pixel >>> 24
    red = (red + Math.imul(pixel & 255, alpha)) | 0
    green = (green + Math.imul((pixel >>> 8) & 255, alpha)) | 0
    blue = (blue + Math.imul((pixel >>> 16) & 255, alpha)) | 0
    alphas = (alphas + alpha) | 0
  }
  colors[into] += red
  colors[into + 1] += green
  colors[into + 2] += blue
  colors[into + 3] += alphas
}
