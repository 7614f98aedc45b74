import { LloydError } from '../../engine/error.js'

/** Colours, not premultiplied: RGBA bytes as `quantize` returns them, or rows [r, g, b] or [r, g, b, a], 0 … 255. */
export type PaletteColors = Uint8Array | Uint8ClampedArray | readonly (readonly number[])[]

/** Minimum word of an opaque colour; palettes and images with a colour below it have alpha. */
export const OPAQUE = 0xff000000

/**
 * Converts colours to rgba8 words, red in the low byte; throws an `InputError` for anything else, and for more than
 * `most` colours.
 */
export function paletteWords(name: string, colors: PaletteColors, most: number): Uint32Array<ArrayBuffer> {
  const words =
    colors instanceof Uint8Array || colors instanceof Uint8ClampedArray
      ? wordsOfBytes(name, colors)
      : wordsOfRows(name, colors)
  if (words.length < 1 || words.length > most) {
    throw new LloydError('InputError', `${name} has ${words.length} colours; 1 to ${most} are taken`)
  }
  return words
}

function wordsOfBytes(name: string, bytes: Uint8Array | Uint8ClampedArray): Uint32Array<ArrayBuffer> {
  if (bytes.length % 4 !== 0) {
    throw new LloydError('InputError', `${name} has ${bytes.length} bytes; RGBA has 4 per colour`)
  }
  return new Uint32Array(Uint8Array.from(bytes).buffer)
}

function wordsOfRows(name: string, rows: readonly (readonly number[])[]): Uint32Array<ArrayBuffer> {
  if (!Array.isArray(rows)) {
    throw new LloydError('InputError', `${name} must be a Uint8Array of RGBA bytes or rows [r, g, b, a], got ${rows}`)
  }
  return Uint32Array.from(rows, (row: unknown, index) => {
    const isColor = Array.isArray(row) && (row.length === 3 || row.length === 4) && row.every(isByte)
    if (!isColor) {
      throw new LloydError('InputError', `${name}[${index}] must be 3 or 4 integers from 0 to 255, got ${String(row)}`)
    }
    const [r, g, b, a = 255] = row as number[]
    return (r | (g << 8) | (b << 16) | (a << 24)) >>> 0
  })
}

function isByte(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255
}
