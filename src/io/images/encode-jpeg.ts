import { LloydError, requireRecord } from '../../engine/error.js'
import { ENCODE_JPEG } from '../../options/images.js'
import { readOptions } from '../../options/table.js'
import type { RgbaImage } from './png-samples.js'
import { loadDecoder } from './read-image.js'

/**
 * A JPEG file (Node; needs the package `sharp`), for thumbnails and contact sheets. Transparent pixels are shown on white.
 * Without metadata: neither place nor camera.
 *
 * @param options.quality 1 … 100, default 85
 * @throws LloydError `InputError` for an image that is none or has a side of more than 65 535 pixels
 */
export async function encodeJpeg(
  image: RgbaImage,
  options: { quality?: number } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { quality } = readOptions('encodeJpeg', options, ENCODE_JPEG)
  requireRecord('image', 'an image of RGBA bytes', image, ['data', 'width', 'height'])
  const { data, width, height } = image
  const sharp = await loadDecoder()
  try {
    const file = await sharp(data, { raw: { width, height, channels: 4 } })
      .flatten({ background: '#fff' })
      .jpeg({ quality })
      .toBuffer()
    return new Uint8Array(file)
  } catch (error) {
    const { message } = error as Error
    throw new LloydError('InputError', `the image cannot be written as JPEG (${message}); give RGBA bytes`, {
      cause: error,
    })
  }
}
