import { type IndexedImage, LloydError, readFrames } from 'lloyd'

/** The error for an encoded file that does not decode to its image: no file is left, and the exit code is 1. */
export class DamagedOutput extends LloydError {
  constructor(output: string, detail: string, options?: ErrorOptions) {
    super(
      'FormatError',
      `${output} was not written, since the encoded file ${detail}: a bug in lloyd, please report it`,
      options,
    )
  }
}

/**
 * Decodes an encoded PNG or GIF with the decoders for input files, which are independent of the encoders, and compares
 * every pixel of every frame.
 *
 * @throws DamagedOutput naming `output`
 */
export async function verifyOutput(output: string, file: Uint8Array, images: readonly IndexedImage[]): Promise<void> {
  const { frames } = await readFrames(file).catch((cause) => {
    throw new DamagedOutput(output, 'cannot be decoded', { cause })
  })
  if (frames.length !== images.length) {
    throw new DamagedOutput(output, `has ${frames.length} frames instead of ${images.length}`)
  }
  for (const [at, { data, width, height }] of frames.entries()) {
    const image = images[at]
    if (width !== image.width || height !== image.height) {
      throw new DamagedOutput(output, `is ${width} × ${height} instead of ${image.width} × ${image.height}`)
    }
    const wrong = findWrongPixel(data, image)
    if (wrong >= 0) throw new DamagedOutput(output, `has a wrong pixel ${wrong} in frame ${at}`)
  }
}

/** The first pixel that differs from its entry, or −1; the colours of transparent pixels are ignored. */
function findWrongPixel(data: Uint8ClampedArray<ArrayBuffer>, { palette, indices }: IndexedImage): number {
  const visible = new DataView(new ArrayBuffer(4))
  visible.setUint8(3, 255)
  const alphaBits = new Uint32Array(visible.buffer)[0]
  const entries = new Uint32Array(Uint8Array.from(palette).buffer)
  const pixels = new Uint32Array(data.buffer, data.byteOffset, indices.length)
  return indices.findIndex((index, at) => {
    return pixels[at] !== entries[index] && ((pixels[at] | entries[index]) & alphaBits) !== 0
  })
}
