import { roundSamples } from '../../data/round-samples.js'
import { LloydError, requireRecord } from '../../engine/error.js'
import type { PixelData } from '../image/image.js'
import type { Segmented } from './segment-image.js'

/** An image of RGBA bytes, as `ImageData` and `encodePng` take it. */
export interface Picture {
  data: Uint8ClampedArray<ArrayBuffer>
  width: number
  height: number
}

/** Pixels above or to the left of another region are white, those below or to the right black. */
const BEFORE = 0xffff_ffff
const BEHIND = 0xff00_0000

/**
 * A picture of the boundaries of regions on their image: lines two pixels wide, white on one side and black on the other,
 * which show on light and dark.
 *
 * @param image the image that was segmented, `{ data, width, height }`
 * @param segmented the result of `segmentImage`
 * @throws LloydError `InputError` for an image of another size
 */
export function drawBoundaries(image: PixelData, segmented: Segmented): Picture {
  requireRecord('image', 'the image that was segmented', image, ['data', 'width', 'height'])
  requireSegmented(segmented)
  const { labels, width, height } = segmented
  if (image.width !== width || image.height !== height || image.data?.length !== 4 * width * height) {
    throw new LloydError(
      'InputError',
      `the image is ${image.width} × ${image.height}, the segments are of ${width} × ${height}; pass the image that was segmented`,
    )
  }
  const data = image.data instanceof Uint16Array ? roundSamples(image.data) : new Uint8ClampedArray(image.data)
  const pixels = new Uint32Array(data.buffer)
  for (let row = 0; row < labels.length; row += width) markRow(pixels, labels, row, width)
  return { data, width, height }
}

/** Marks the pixels of a row that are on boundaries. */
function markRow(pixels: Uint32Array, labels: Uint32Array, row: number, width: number): void {
  for (let at = row; at < row + width; at++) {
    const label = labels[at]
    const isBefore =
      (at + 1 < row + width && labels[at + 1] !== label) || (at + width < labels.length && labels[at + width] !== label)
    const isBehind = (at > row && labels[at - 1] !== label) || (at >= width && labels[at - width] !== label)
    if (isBefore) pixels[at] = BEFORE
    else if (isBehind) pixels[at] = BEHIND
  }
}

function requireSegmented(segmented: Segmented): void {
  requireRecord('segmented', 'the result of segmentImage', segmented, ['labels', 'regions', 'width', 'height'])
}

/** A picture of the regions in their mean colours. */
export function fillRegions(segmented: Segmented): Picture {
  requireSegmented(segmented)
  const { labels, regions, width, height } = segmented
  const colors = new Uint32Array(regions.colors.slice().buffer)
  const pixels = new Uint32Array(width * height)
  for (let at = 0; at < pixels.length; at++) pixels[at] = colors[labels[at]]
  return { data: new Uint8ClampedArray(pixels.buffer), width, height }
}
