/**
 * Dithering, pixel by pixel and against all entries. Nothing is imported from `src` except the texture of blue noise,
 * which is data.
 */
import { readFileSync } from 'node:fs'
import { coordinatesOf, type OracleImage, type OracleSpace } from './quantize'

export interface DitherOptions {
  dither: 'floyd-steinberg' | 'blue-noise' | 'ordered'
  /** Strength in 1/256. */
  strength: number
  /** Space of the distances; sRGB by default. */
  place?: OracleSpace['place']
}

type Color = readonly number[]

const clamp = (value: number) => Math.min(255, Math.max(0, value))

/** The index of each pixel's entry. `entries` are RGBA bytes; `channels` is 3 for an opaque image, else 4. */
export function ditherOracle(
  { data, width, height }: OracleImage,
  entries: readonly Color[],
  channels: number,
  { dither, strength, place = coordinatesOf }: DitherOptions,
): Int32Array {
  const find = finder(entries, channels, place)
  const pixelAt = (at: number): Color => {
    const pixel = Array.from(data.subarray(4 * at, 4 * at + 4))
    return pixel[3] === 0 && channels === 4 ? [0, 0, 0, 0] : pixel
  }
  const labels = new Int32Array(width * height)
  if (dither === 'floyd-steinberg') {
    // Each pixel distributes its error; a pixel has received all errors when the scan reaches it.
    let row = new Int32Array(4 * width)
    let below = new Int32Array(4 * width)
    const give = (gathered: Int32Array, x: number, weight: number, error: Color) => {
      if (x < 0 || x >= width) return
      error.forEach((value, d) => {
        gathered[4 * x + d] += weight * value
      })
    }
    for (let y = 0; y < height; y++) {
      const forward = y % 2 === 0 ? 1 : -1
      for (let i = 0; i < width; i++) {
        const x = forward > 0 ? i : width - 1 - i
        const at = y * width + x
        const pixel = pixelAt(at)
        const change = Array.from(row.subarray(4 * x, 4 * x + 4), (sum) => Math.floor((sum * strength + 2048) / 4096))
        const wanted = changed(pixel, change)
        labels[at] = find(wanted)
        const error = errorOf(wanted, entries[labels[at]])
        give(row, x + forward, 7, error)
        give(below, x - forward, 3, error)
        give(below, x, 5, error)
        give(below, x + forward, 1, error)
      }
      ;[row, below] = [below, row.fill(0)]
    }
    return labels
  }
  const { size, ranks } = dither === 'ordered' ? { size: 8, ranks: bayer(8) } : blueNoise()
  for (let at = 0; at < labels.length; at++) {
    const pixel = pixelAt(at)
    const mix: number[] = []
    const sum = [0, 0, 0, 0]
    const full = strength === 256
    for (const weight of full ? [18, 15, 12, 8, 5, 3, 2, 1] : [8, 8, 8, 8, 8, 8, 8, 8]) {
      const share = full ? 64 - mix.length : 16
      const wanted = changed(
        pixel,
        sum.map((value) => Math.floor((value * strength) / (256 * share) + 0.5)),
      )
      let entry = find(wanted)
      if (full && place !== coordinatesOf) {
        const distance = (other: number) => errorOf(wanted, entries[other]).reduce((total, v) => total + v * v, 0)
        for (const other of [...mix].reverse()) if (distance(other) < distance(entry)) entry = other
      }
      mix.push(...new Array<number>(weight).fill(entry))
      errorOf(pixel, entries[entry]).forEach((value, d) => {
        sum[d] += weight * value
      })
    }
    mix.sort((a, b) => a - b)
    const [x, y] = [at % width, Math.floor(at / width)]
    labels[at] = mix[ranks[(y % size) * size + (x % size)]]
  }
  return labels
}

/** The nearest entry of a changed colour, for an opaque one the nearest opaque entry, if there is any. */
function finder(entries: readonly Color[], channels: number, place: OracleSpace['place']): (wanted: Color) => number {
  const targets = entries.map((entry) => place(entry, channels))
  const known = new Map<number, number>()
  const anySolid = channels === 4 && entries.some(([, , , alpha]) => alpha === 255)
  return (color) => {
    const key = color.reduce((sum, value) => 256 * sum + value, 0)
    let best = known.get(key)
    if (best !== undefined) return best
    best = 0
    let least = Number.POSITIVE_INFINITY
    const [x, y, z, w = 0] = place(color, channels)
    for (let k = 0; k < targets.length; k++) {
      if (anySolid && color[3] === 255 && entries[k][3] < 255) continue
      const target = targets[k]
      const alpha = channels === 4 ? w - target[3] : 0
      const distance = (x - target[0]) ** 2 + (y - target[1]) ** 2 + (z - target[2]) ** 2 + alpha ** 2
      if (distance < least) [best, least] = [k, distance]
    }
    known.set(key, best)
    return best
  }
}

/**
 * The pixel with `change` added to its premultiplied bytes, as straight bytes. Opaque and transparent alpha stay, and
 * no other pixel becomes so.
 */
function changed(pixel: Color, change: Color): Color {
  const alpha = pixel[3]
  if (alpha === 0) return pixel
  const moved = alpha === 255 ? 255 : Math.min(254, Math.max(1, alpha + change[3]))
  const channel = (d: number) => clamp(Math.floor((pixel[d] * alpha + 255 * change[d]) / moved + 0.5))
  return [channel(0), channel(1), channel(2), moved]
}

/** wanted − given, premultiplied, rounded to whole bytes. */
function errorOf(wanted: Color, given: Color): Color {
  if (wanted[3] === 0) return [0, 0, 0, 0]
  const channel = (d: number) => Math.round((wanted[d] * wanted[3] - given[d] * given[3]) / 255)
  return [channel(0), channel(1), channel(2), wanted[3] - given[3]]
}

/** M₂ₙ = [[4M, 4M + 2], [4M + 3, 4M + 1]]. */
function bayer(size: number): number[] {
  let matrix = [[0]]
  while (matrix.length < size) {
    const part = (offset: number) => matrix.map((row) => row.map((value) => 4 * value + offset))
    const beside = (left: number[][], right: number[][]) => left.map((row, y) => [...row, ...right[y]])
    matrix = [...beside(part(0), part(2)), ...beside(part(3), part(1))]
  }
  return matrix.flat()
}

function blueNoise() {
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+-'
  const text = readFileSync(new URL('../../src/color/dither/blue-noise.txt', import.meta.url), 'utf8')
  return { size: 64, ranks: [...text.replaceAll('\n', '')].map((digit) => digits.indexOf(digit)) }
}
