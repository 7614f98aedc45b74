import { LloydError } from '../../engine/error.js'
import type { RgbaImage } from '../../io/images/png-samples.js'
import { CONTACT_SHEET } from '../../options/images.js'
import { readOptions } from '../../options/table.js'
import { thumbnail } from './thumbnail.js'

/** Pixels between cells and at the border. */
const GAP = 8
/** A sheet is a little wider than high. */
const ASPECT = 1.25

export interface ContactSheetOptions {
  /** Number of images in a row, 1 … 1000; by default the sheet becomes a little wider than high. */
  columns?: number
  /** Most pixels of the longer side of each image, 1 … 4096, default 160. */
  side?: number
}

/**
 * Images in a grid, row by row, on white: what photographers call a contact sheet. With `clusters[i].images` of
 * `clusterImages` as their order, the typical ones come first.
 *
 * @throws LloydError `InputError` for an image that is none, with its place, and a sheet of more than 2²⁸ pixels
 */
export function contactSheet(images: readonly RgbaImage[], options: ContactSheetOptions = {}): RgbaImage {
  const { columns: given, side } = readOptions('contactSheet', options, CONTACT_SHEET)
  if (!Array.isArray(images) || images.length === 0) {
    throw new LloydError('InputError', 'contactSheet needs an array of at least one image')
  }
  const thumbnails = images.map((image, at) => {
    try {
      return thumbnail(image, { side })
    } catch (error) {
      if (!(error instanceof LloydError)) throw error
      throw new LloydError(error.code, `images[${at}]: ${error.message}`, { cause: error })
    }
  })
  const cellWidth = Math.max(...thumbnails.map(({ width }) => width)) + GAP
  const cellHeight = Math.max(...thumbnails.map(({ height }) => height)) + GAP
  const balanced = Math.ceil(Math.sqrt((ASPECT * images.length * cellHeight) / cellWidth))
  const columns = Math.min(given ?? balanced, images.length)
  const width = columns * cellWidth + GAP
  const height = Math.ceil(images.length / columns) * cellHeight + GAP
  if (width * height > 2 ** 28) {
    throw new LloydError(
      'InputError',
      `the sheet would be ${width} × ${height} pixels; at most 2^28 fit, so give fewer images or a smaller side`,
    )
  }
  const sheet = { data: new Uint8ClampedArray(4 * width * height).fill(255), width, height }
  for (const [at, each] of thumbnails.entries()) {
    const left = GAP + (at % columns) * cellWidth + ((cellWidth - GAP - each.width) >> 1)
    const top = GAP + Math.floor(at / columns) * cellHeight + ((cellHeight - GAP - each.height) >> 1)
    place(each, sheet, left, top)
  }
  return sheet
}

/** Draws an image onto opaque white. */
function place({ data, width, height }: RgbaImage, sheet: RgbaImage, left: number, top: number): void {
  for (let y = 0; y < height; y++) {
    let from = 4 * y * width
    let to = 4 * ((top + y) * sheet.width + left)
    for (let x = 0; x < width; x++, from += 4, to += 4) {
      const alpha = data[from + 3]
      for (let channel = 0; channel < 3; channel++) {
        sheet.data[to + channel] = 255 + ((data[from + channel] - 255) * alpha) / 255
      }
    }
  }
}
