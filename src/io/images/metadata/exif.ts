import { numberOf, openTiff, readDirectory, setNumber, type Tiff } from '../tiff-tags.js'

const ORIENTATION = 0x0112
const EXIF_DIRECTORY = 0x8769
const COLOR_SPACE = 0xa001
const [PIXELS_ACROSS, PIXELS_DOWN] = [0xa002, 0xa003]
const INTEROPERABILITY_DIRECTORY = 0xa005
const INTEROPERABILITY_INDEX = 1

/**
 * Adapts EXIF data in place to the decoded pixels: upright, `turned` by a quarter, and `converted` to sRGB from a
 * profile. The thumbnail, to which none of that was done, is unlinked. Nothing is moved, so the offsets in maker notes
 * stay valid. Returns null for damaged data.
 */
export function prepareExif(exif: Uint8Array, how: { turned: boolean; converted: boolean }): Uint8Array | null {
  const tiff = openTiff(exif)
  const main = tiff && readDirectory(tiff, tiff.first)
  if (!tiff || !main) return null
  setNumber(tiff, main.tags.get(ORIENTATION), 1)
  tiff.view.setUint32(main.nextAt, 0)
  const details = directoryAt(tiff, numberOf(tiff, main.tags.get(EXIF_DIRECTORY)))
  if (!details) return exif
  const [across, down] = [details.tags.get(PIXELS_ACROSS), details.tags.get(PIXELS_DOWN)]
  const [width, height] = [numberOf(tiff, across), numberOf(tiff, down)]
  if (how.turned && width !== null && height !== null) {
    setNumber(tiff, across, height)
    setNumber(tiff, down, width)
  }
  if (!how.converted) return exif
  setNumber(tiff, details.tags.get(COLOR_SPACE), 1)
  const interoperability = directoryAt(tiff, numberOf(tiff, details.tags.get(INTEROPERABILITY_DIRECTORY)))
  const index = interoperability?.tags.get(INTEROPERABILITY_INDEX)
  // 'R98' is sRGB; 'R03' would be Adobe RGB.
  if (index?.count === 4) exif.set([0x52, 0x39, 0x38, 0], index.at)
  return exif
}

function directoryAt(tiff: Tiff, offset: number | null) {
  return offset === null ? null : readDirectory(tiff, offset)
}
