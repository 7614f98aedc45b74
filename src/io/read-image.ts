import { readFile, stat } from 'node:fs/promises'
import type { Metadata, SharpOptions } from 'sharp'
import { roundSamples } from '../color/pixels.js'
import { LloydError } from '../engine/error.js'

/** An image as `quantize` takes it, and what its file said about it. */
export interface DecodedImage {
  /** 8-bit sRGB, RGBA, not premultiplied, upright. */
  data: Uint8ClampedArray<ArrayBuffer>
  width: number
  height: number
  format: 'jpeg' | 'png' | 'webp' | 'avif' | 'tiff' | 'gif'
  /** Frames or pages in the file; `data` is the first. */
  pages: number
  /** Size of the file. */
  bytes: number
}

/** The frames of an image file, of one size, and how they are played. */
export interface DecodedFrames {
  /** One in a still image. 8-bit sRGB, RGBA, not premultiplied, as a viewer composes them. */
  frames: { data: Uint8ClampedArray<ArrayBuffer>; width: number; height: number }[]
  /** Milliseconds that each frame is shown; 0 in a still image. */
  delays: number[]
  /** How often an animation is played; 0 for ever. */
  plays: number
  format: DecodedImage['format']
  /** Pages in the file: more than frames where they are no frames, as in TIFF. */
  pages: number
  /** Size of the file. */
  bytes: number
}

const FORMATS = ['jpeg', 'png', 'webp', 'avif', 'tiff', 'gif']
/** Formats whose pages are frames of one size. */
const ANIMATED = ['gif', 'webp']
const REMEDY = 'give a JPEG, PNG, WebP, AVIF, TIFF or GIF file'

/**
 * Libjpeg's complaint that leaves no pixel in doubt: decoders everywhere accept such files, and some phones write them.
 * Everything else that a decoder complains about is an error.
 */
const HARMLESS = /Invalid SOS parameters/

type SharpModule = typeof import('sharp')
type Decoder = SharpModule['default']

/**
 * Reads a JPEG, PNG, WebP, AVIF, TIFF or GIF file (Node; needs the package `sharp`). The EXIF orientation is applied;
 * greyscale, CMYK and images with an ICC profile become sRGB, and 16-bit samples v the bytes v · 255/65535, rounded; of an animation the first frame is taken.
 * An untagged 8-bit RGB or RGBA PNG comes back as exactly its stored bytes.
 *
 * @param source a path, or the bytes of a file
 * @throws LloydError `InputError` when the file cannot be read or is too large, `FormatError` when it is damaged or no image
 */
export async function readImage(source: string | Uint8Array): Promise<DecodedImage> {
  const { data, width, height, format, bytes, metadata } = await decode(source, false)
  return { data, width, height, format, pages: metadata.pages ?? 1, bytes }
}

/**
 * Reads all frames of an animated GIF or WebP file, and of any other image that `readImage` reads the one (Node; needs the
 * package `sharp`).
 *
 * @param source a path, or the bytes of a file
 * @throws LloydError as `readImage` does; the limit of pixels holds for all frames together
 */
export async function readFrames(source: string | Uint8Array): Promise<DecodedFrames> {
  const { data, width, height, format, bytes, metadata } = await decode(source, true)
  const count = metadata.pageHeight ? height / metadata.pageHeight : 1
  const size = data.length / count
  const frames = Array.from({ length: count }, (_, frame) => ({
    data: data.subarray(frame * size, (frame + 1) * size),
    width,
    height: height / count,
  }))
  const delays = frames.map((_, frame) => (count > 1 ? (metadata.delay?.[frame] ?? 0) : 0))
  return { frames, delays, plays: metadata.loop ?? 0, format, pages: metadata.pages ?? 1, bytes }
}

interface Decoded {
  data: Uint8ClampedArray<ArrayBuffer>
  width: number
  height: number
  format: DecodedImage['format']
  bytes: number
  metadata: Metadata
}

async function decode(source: string | Uint8Array, animated: boolean): Promise<Decoded> {
  const where = typeof source === 'string' ? source : 'the bytes given'
  const file = typeof source === 'string' ? await readBytes(source) : source
  if (file.length === 0) throw new LloydError('FormatError', `${where} is empty; ${REMEDY}`)
  const decoder = await loadDecoder()
  try {
    return await decodeBytes(decoder, file, where, animated, 'warning')
  } catch (error) {
    if (!HARMLESS.test(String(error))) throw decodingError(error, where)
  }
  try {
    return await decodeBytes(decoder, file, where, animated, 'error')
  } catch (error) {
    throw decodingError(error, where)
  }
}

async function decodeBytes(
  decoder: Decoder,
  file: Uint8Array,
  where: string,
  animated: boolean,
  failOn: 'warning' | 'error',
): Promise<Decoded> {
  const options: SharpOptions = { failOn, autoOrient: true }
  let image = decoder(file, options)
  let metadata = await image.metadata()
  const format = metadata.format === 'heif' && metadata.compression === 'av1' ? 'avif' : metadata.format
  if (!format || !FORMATS.includes(format)) {
    throw new LloydError('FormatError', `${where} is ${format?.toUpperCase() ?? 'of an unknown format'}; ${REMEDY}`)
  }
  if (animated && (metadata.pages ?? 1) > 1 && ANIMATED.includes(format)) {
    image = decoder(file, { ...options, animated: true })
    metadata = await image.metadata()
  }
  // Of a tagged 16-bit image the decoder returns Display P3 values unless it is asked for a profile.
  if (metadata.icc && metadata.space === 'rgb16') image.withIccProfile('srgb')
  // The decoder would shift 16 bits down to 8, and so not round them.
  const deep = metadata.depth === 'ushort'
  const { data, info } = await image
    .toColourspace(deep ? 'rgb16' : 'srgb')
    .ensureAlpha()
    .raw({ depth: deep ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true })
  return {
    data: deep
      ? roundSamples(new Uint16Array(data.buffer, data.byteOffset, data.length / 2))
      : new Uint8ClampedArray(data.buffer as ArrayBuffer, data.byteOffset, data.length),
    width: info.width,
    height: info.height,
    format: format as DecodedImage['format'],
    bytes: file.length,
    metadata,
  }
}

/** Reads the file here and not in the decoder, so that what the system says is told apart from a damaged image. */
async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const found = await stat(path)
    // A pipe may never end, nor even begin.
    if (!found.isFile() && !found.isDirectory()) {
      throw new LloydError('InputError', `${path} is not a regular file; write it to one first`)
    }
    return await readFile(path)
  } catch (error) {
    if (error instanceof LloydError) throw error
    throw new LloydError('InputError', describeReadError(error as NodeJS.ErrnoException, path), { cause: error })
  }
}

function describeReadError(error: NodeJS.ErrnoException, path: string): string {
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `there is no file ${path}; check the path`
    case 'EISDIR':
      return `${path} is a directory; name the image files in it`
    case 'EACCES':
    case 'EPERM':
      return `${path} must not be read; change its permissions`
    default:
      return `${path} cannot be read (${firstLine(error)}); check the file`
  }
}

async function loadDecoder(): Promise<Decoder> {
  try {
    return (await import('sharp')).default
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND'
    throw new LloydError(
      'InputError',
      `image files are decoded by the package sharp, which ${missing ? 'is not installed' : `does not load (${firstLine(error)})`}; run npm install sharp`,
      { cause: error },
    )
  }
}

function decodingError(error: unknown, where: string): LloydError {
  if (error instanceof LloydError) return error
  const message = firstLine(error)
  if (message.includes('exceeds pixel limit')) {
    return new LloydError('InputError', `${where} has more than 268402689 pixels; scale it down first`, {
      cause: error,
    })
  }
  if (message.includes('unsupported image format')) {
    return new LloydError('FormatError', `${where} is not an image that can be decoded; ${REMEDY}`, { cause: error })
  }
  return new LloydError('FormatError', `${where} is damaged or truncated (${message}); get an intact copy`, {
    cause: error,
  })
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().split('\n')[0]
}
