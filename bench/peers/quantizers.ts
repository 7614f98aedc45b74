// The package's main file is CommonJS, for browsers too.
import { applyPalette as applyGifencPalette, quantize as quantizeGifenc } from 'gifenc/dist/gifenc.esm.js'
import { applyPaletteSync, buildPaletteSync, utils } from 'image-q'
import type { Photo } from '../suite.js'

/** A byte of the quantized image; channel 0 is red. */
export type QuantizedByte = (pixel: number, channel: number) => number

/** Another library's quantizer without dithering, from RGBA to what it gives; `read` makes bytes of that, untimed. */
export interface Quantizer<Result = unknown> {
  name: string
  quantize(photo: Photo, colors: number): Result | Promise<Result>
  read(result: Result): QuantizedByte | Promise<QuantizedByte>
}

export const imageQ: Quantizer<Uint8Array> = {
  name: 'image-q (wuquant)',
  quantize(photo, colors) {
    const points = utils.PointContainer.fromUint8Array(photo.data, photo.width, photo.height)
    const options = { colorDistanceFormula: 'euclidean', colors } as const
    const palette = buildPaletteSync([points], { ...options, paletteQuantization: 'wuquant' })
    return applyPaletteSync(points, palette, { ...options, imageQuantization: 'nearest' }).toUint8Array()
  },
  read: (rgba) => (pixel, channel) => rgba[4 * pixel + channel],
}

export const gifenc: Quantizer<{ palette: number[][]; indices: Uint8Array }> = {
  name: 'gifenc (pnn)',
  quantize({ data }, colors) {
    const palette = quantizeGifenc(data, colors)
    return { palette, indices: applyGifencPalette(data, palette) }
  },
  read:
    ({ palette, indices }) =>
    (pixel, channel) =>
      palette[indices[pixel]][channel],
}

/** sharp gives no palette, only a file: the least costly one is taken. */
export const sharpPalette: Quantizer<Uint8Array> = {
  name: 'sharp (libimagequant)',
  async quantize({ data, width, height }, colors) {
    const { default: sharp } = await import('sharp')
    return sharp(data, { raw: { width, height, channels: 4 } })
      .png({ palette: true, colors, dither: 0, compressionLevel: 0 })
      .toBuffer()
  },
  async read(file) {
    const { default: sharp } = await import('sharp')
    const rgba = await sharp(file).ensureAlpha().raw().toBuffer()
    return (pixel, channel) => rgba[4 * pixel + channel]
  },
}
