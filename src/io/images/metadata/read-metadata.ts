import { type PngChunk, readPngChunks } from '../png-chunks.js'
import { decodingError, openImage } from '../read-image.js'
import { openTiff, readDirectory } from '../tiff-tags.js'
import { prepareExif } from './exif.js'
import { jpegSegments } from './jpeg-segments.js'
import { encodeResolution, jpegResolution, pngResolution, tiffResolution } from './resolution.js'

/** The metadata of an image file, as a PNG stores it. */
export interface ImageMetadata {
  /** The resolution (`pHYs`), EXIF data (`eXIf`), the time of the last change (`tIME`), XMP data and texts. */
  chunks: PngChunk[]
  /** Descriptions of what no chunk holds, such as 'IPTC data'. */
  lost: string[]
}

const XMP_KEYWORD = 'XML:com.adobe.xmp'
const JPEG_COMMENT = 0xfe
const ASCII = 2
const TIFF_TEXTS: [number, string][] = [
  [0x010e, 'Description'],
  [0x0131, 'Software'],
  [0x013b, 'Author'],
  [0x8298, 'Copyright'],
]
/** Profiles in texts, as ImageMagick writes them. A colour profile would be wrong, since quantized pixels are sRGB. */
const COLOR_PROFILE = /^raw profile type ic[cm]$/i
const EXIF_PROFILE = /^raw profile type (exif|app1|xmp)$/i

/**
 * Reads the metadata of an image file, for `insertPngChunks` (Node; needs the package `sharp`). It is adapted to what
 * `readImage` does: the pixels are upright, and their colours sRGB, so a profile is neither kept nor called lost.
 *
 * @param source a path, or the bytes of a file
 * @throws LloydError `InputError` when the file cannot be read, `FormatError` when it is not an image
 */
export async function readMetadata(source: string | Uint8Array): Promise<ImageMetadata> {
  const { decoder, file, where } = await openImage(source)
  const found = await decoder(file)
    .metadata()
    .catch((error: unknown) => Promise.reject(decodingError(error, where)))
  const { format } = found
  const exif = found.exif ? withoutPrefix(found.exif) : null
  const turned = (found.orientation ?? 1) >= 5
  const own = format === 'png' ? readPngChunks(file) : []
  const resolution = resolutionOf(file, format, own, exif)
  const chunks = resolution ? [encodeResolution(resolution, turned)] : []
  const lost: string[] = []
  if (exif) {
    const data = prepareExif(exif, { turned, converted: found.hasProfile })
    if (data) chunks.push({ type: 'eXIf', data })
    else lost.push('damaged EXIF data')
  }
  const time = own.find(({ type, data }) => type === 'tIME' && data.length === 7)
  if (time) chunks.push(time)
  if (found.xmp) chunks.push(internationalText(XMP_KEYWORD, uprightXmp(found.xmp)))
  if (found.iptc) lost.push('IPTC data')
  chunks.push(...own.filter((chunk) => isKeptText(chunk, exif !== null)))
  if (format === 'tiff') chunks.push(...tiffTexts(file))
  if (format === 'jpeg') chunks.push(...jpegComments(file))
  return { chunks, lost }
}

function resolutionOf(bytes: Uint8Array, format: string, own: PngChunk[], exif: Uint8Array | null) {
  switch (format) {
    case 'png': {
      const chunk = own.find(({ type }) => type === 'pHYs')
      return chunk ? pngResolution(chunk.data) : null
    }
    case 'jpeg':
      return jpegResolution(bytes, exif)
    case 'tiff':
      return tiffResolution(bytes)
    default:
      return exif && tiffResolution(exif)
  }
}

/** EXIF data without the prefix of JPEG, as PNG stores it. */
function withoutPrefix(exif: Uint8Array): Uint8Array {
  return String.fromCharCode(...exif.subarray(0, 6)) === 'Exif\0\0' ? exif.slice(6) : exif.slice()
}

function isKeptText({ type, data }: PngChunk, hasExif: boolean): boolean {
  if (type !== 'tEXt' && type !== 'zTXt' && type !== 'iTXt') return false
  const end = data.indexOf(0)
  if (end < 1 || end > 79) return false
  const keyword = Buffer.from(data.subarray(0, end)).toString('latin1')
  // The decoder returns the XMP data.
  return keyword !== XMP_KEYWORD && !COLOR_PROFILE.test(keyword) && !(hasExif && EXIF_PROFILE.test(keyword))
}

function uprightXmp(xmp: Buffer): string {
  return xmp.toString('utf8').replace(/(tiff:Orientation(?:\s*=\s*["']|>\s*))\d/g, '$11')
}

/** The texts in the tags of a TIFF file, under the corresponding keywords of PNG. */
function tiffTexts(bytes: Uint8Array): PngChunk[] {
  const tiff = openTiff(bytes)
  const tags = tiff && readDirectory(tiff, tiff.first)?.tags
  if (!tags) return []
  return TIFF_TEXTS.flatMap(([number, keyword]) => {
    const tag = tags.get(number)
    const text = tag?.type === ASCII ? decodeText(bytes.subarray(tag.at, tag.at + tag.count)) : ''
    return text === '' ? [] : [internationalText(keyword, text)]
  })
}

/** The comments of a JPEG file outside EXIF. */
function jpegComments(jpeg: Uint8Array): PngChunk[] {
  return jpegSegments(jpeg)
    .filter(({ marker, data }) => marker === JPEG_COMMENT && data.length > 0)
    .map(({ data }) => internationalText('Comment', decodeText(data)))
}

/** Decodes text of unknown encoding: UTF-8 where valid, else Latin-1. */
function decodeText(data: Uint8Array): string {
  const text = Buffer.from(data).toString('utf8')
  return (text.includes('\ufffd') ? Buffer.from(data).toString('latin1') : text).replaceAll('\0', '')
}

/** An uncompressed `iTXt` chunk without a language. */
function internationalText(keyword: string, text: string): PngChunk {
  return { type: 'iTXt', data: Buffer.from(`${keyword}\0\0\0\0\0${text}`, 'utf8') }
}
