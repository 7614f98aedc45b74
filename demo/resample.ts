import type { View } from './protocol'

/** RGBA bytes of an image, or of a palette with one index a pixel. */
export interface Picture {
  width: number
  height: number
  colors: Uint8Array | Uint8ClampedArray
  indices?: Uint8Array | Uint16Array
}

/**
 * The part of a picture that a view shows, reduced by a box filter to the view's output size and never enlarged:
 * the style sheet enlarges. Reads each pixel once, straight from the indices, so that a 24-megapixel result
 * needs no second copy in RGBA.
 */
export function resample(picture: Picture, view: View): ImageData {
  const { colors, indices } = picture
  const left = Math.max(0, Math.floor(view.left))
  const top = Math.max(0, Math.floor(view.top))
  const sourceWidth = Math.max(1, Math.min(picture.width - left, Math.round(view.width)))
  const sourceHeight = Math.max(1, Math.min(picture.height - top, Math.round(view.height)))
  const width = Math.max(1, Math.min(sourceWidth, Math.round(view.outputWidth)))
  const height = Math.max(1, Math.min(sourceHeight, Math.round(view.outputHeight)))
  const output = new ImageData(width, height)
  const data = output.data

  for (let y = 0; y < height; y++) {
    const fromRow = top + Math.floor((y * sourceHeight) / height)
    const toRow = top + Math.floor(((y + 1) * sourceHeight) / height)
    for (let x = 0; x < width; x++) {
      const fromColumn = left + Math.floor((x * sourceWidth) / width)
      const toColumn = left + Math.floor(((x + 1) * sourceWidth) / width)
      let red = 0
      let green = 0
      let blue = 0
      let alpha = 0
      for (let row = fromRow; row < toRow; row++) {
        const end = row * picture.width + toColumn
        for (let pixel = row * picture.width + fromColumn; pixel < end; pixel++) {
          const at = 4 * (indices ? indices[pixel] : pixel)
          const weight = colors[at + 3]
          red += colors[at] * weight
          green += colors[at + 1] * weight
          blue += colors[at + 2] * weight
          alpha += weight
        }
      }
      if (alpha === 0) continue
      const at = 4 * (y * width + x)
      data[at] = red / alpha
      data[at + 1] = green / alpha
      data[at + 2] = blue / alpha
      data[at + 3] = alpha / ((toRow - fromRow) * (toColumn - fromColumn))
    }
  }
  return output
}
