/** The twin of shaders/segments/superpixel.wgsl: colours as words, and the words of superpixels. */

/** Words of a centre: L, a, b, alpha, with fractions; x and y, in 2^-PLACE_BITS of a pixel. */
export const CENTER_WORDS = 6
/** Binary digits of a centre's place below a pixel. */
export const PLACE_BITS = 4
/** Words of a superpixel's sums: its pixels, then 64-bit sums of the fields of their words, and of x and y. */
export const SUM_WORDS = 13
/** Cells of the grid whose centres a pixel is compared with: its own and those around it. */
export const SLOTS = 9
/** Maximum side of a tile, in pixels. */
export const MAX_TILE = 64

export interface WordFlags {
  ALPHA: boolean
}

/** A field of a word by its number: L, a, b, alpha. */
export function fieldOf(word: number, field: number, { ALPHA }: WordFlags): number {
  if (ALPHA) return field === 0 ? word >>> 23 : field === 3 ? word & 127 : (word >>> (field === 1 ? 15 : 7)) & 255
  return field === 0 ? word >>> 20 : field === 3 ? 0 : (word >>> (field === 1 ? 10 : 0)) & 1023
}

/** Binary digits of a centre's coordinate below the unit of a field. */
export function fractionOf(field: number, fraction: number, { ALPHA }: WordFlags): number {
  return ALPHA ? fraction + (field === 3 ? 4 : 2) : fraction
}

/** The first pixel of a part of a side that is cut into `parts`; also that of the cell that it is in. */
export function partStart(part: number, length: number, parts: number): number {
  return Math.floor((part * length) / parts)
}
