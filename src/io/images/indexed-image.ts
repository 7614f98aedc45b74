import { LloydError, requireInteger } from '../../engine/error.js'

/** The part of a result of `quantize` that the encoders need. */
export interface IndexedImage {
  /** RGBA, 4 bytes per entry, not premultiplied. */
  palette: Uint8Array
  /** One palette index per pixel, row by row. */
  indices: Uint8Array | Uint16Array
  width: number
  height: number
}

/** Maximum number of palette entries for 8-bit indices. */
export const LARGEST_PALETTE = 256

/**
 * Checks everything but the values of the indices, and returns the number of entries.
 *
 * @param format the kind of file in messages, such as `an indexed PNG`
 */
export function requireIndexedImage(image: IndexedImage, format: string, largestSide: number): number {
  if (typeof image !== 'object' || image === null) {
    throw new LloydError('InputError', `${format} is made of { palette, indices, width, height }, got ${String(image)}`)
  }
  const { palette, indices, width, height } = image
  requireInteger('width', width, 1, largestSide)
  requireInteger('height', height, 1, largestSide)
  if (!(palette instanceof Uint8Array) || palette.length === 0 || palette.length % 4 !== 0) {
    throw new LloydError('InputError', 'palette must be a Uint8Array of 4 bytes (RGBA) for each of 1 to 256 entries')
  }
  const entryCount = palette.length / 4
  if (entryCount > LARGEST_PALETTE) {
    throw new LloydError(
      'InputError',
      `${format} holds at most ${LARGEST_PALETTE} palette entries, got ${entryCount}; quantize with colors: ${LARGEST_PALETTE} or fewer`,
    )
  }
  if (!(indices instanceof Uint8Array || indices instanceof Uint16Array) || indices.length !== width * height) {
    throw new LloydError(
      'InputError',
      `indices must hold width × height = ${width * height} entries, got ${indices?.length ?? 'none'}`,
    )
  }
  return entryCount
}

export function indexError(at: number, index: number, entryCount: number): LloydError {
  return new LloydError(
    'InputError',
    `indices[${at}] is ${index}, but the palette has ${entryCount} entries; use the palette that came with the indices`,
  )
}
