import { readFile, stat } from 'node:fs/promises'
import { LloydError } from '../../engine/error.js'
import { importOptional, isMissing } from '../../engine/optional-package.js'
import { type DecodedFile, decodeFile, MOST_PIXELS, REMEDY } from './decode-image.js'
import type { Decoder, SharpModule } from './samples.js'

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

/**
 * Libjpeg's complaint that leaves no pixel in doubt: decoders everywhere accept such files, and some phones write them.
 * Everything else that a decoder complains about is an error.
 */
const HARMLESS = /Invalid SOS parameters/

/**
 * Reads a JPEG, PNG, WebP, AVIF, TIFF or GIF file (Node; needs the package `sharp`). The EXIF orientation is applied;
 * greyscale, CMYK and images with an ICC profile become sRGB, as do PNGs whose cICP, or gAMA and cHRM, say something else,
 * and 16-bit samples v the bytes v · 255/65535, rounded. Floating-point samples, 0 … 1, are scaled as they are, not as
 * linear light; integers of 32 bits and signed ones are refused. Of an animation the first frame is taken, of an animated PNG its
 * still image. An untagged 8-bit RGB or RGBA PNG comes back as exactly its stored bytes.
 *
 * @param source a path, or the bytes of a file
 * @throws LloydError `InputError` when the file cannot be read, is too large or has samples or colours that are not
 *   known, `FormatError` when it is damaged or no image
 */
export async function readImage(source: string | Uint8Array): Promise<DecodedImage> {
  const { data, width, height, format, pages, bytes } = await decode(source, false)
  return { data, width, height, format, pages, bytes }
}

/**
 * Reads all frames of an animated GIF, PNG or WebP file, composed as viewers do, and of any other image that `readImage`
 * reads the one (Node; needs the package `sharp`). A default image that is no frame of an animated PNG is left out.
 *
 * @param source a path, or the bytes of a file
 * @throws LloydError as `readImage` does; the limit of pixels holds for all frames together
 */
export async function readFrames(source: string | Uint8Array): Promise<DecodedFrames> {
  const { data, width, height, delays, plays, format, pages, bytes } = await decode(source, true)
  const size = 4 * width * height
  const frames = delays.map((_, frame) => {
    return { data: data.subarray(frame * size, (frame + 1) * size), width, height }
  })
  return { frames, delays, plays, format, pages, bytes }
}

async function decode(source: string | Uint8Array, animated: boolean): Promise<DecodedFile & { bytes: number }> {
  const where = typeof source === 'string' ? source : 'the bytes given'
  const file = typeof source === 'string' ? await readBytes(source) : source
  if (file.length === 0) throw new LloydError('FormatError', `${where} is empty; ${REMEDY}`)
  const decoder = await loadDecoder()
  const attempt = async (failOn: 'warning' | 'error') => {
    const decoded = await decodeFile({ decoder, file, where, options: { failOn, autoOrient: true } }, animated)
    return { ...decoded, bytes: file.length }
  }
  try {
    return await attempt('warning')
  } catch (error) {
    if (!HARMLESS.test(String(error))) throw decodingError(error, where)
  }
  try {
    return await attempt('error')
  } catch (error) {
    throw decodingError(error, where)
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
    return ((await importOptional('sharp')) as SharpModule).default
  } catch (error) {
    const missing = isMissing(error)
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
    return new LloydError('InputError', `${where} has more than ${MOST_PIXELS} pixels; scale it down first`, {
      cause: error,
    })
  }
  if (/samples out of range|bad labq format/.test(message)) {
    const what = 'has samples of a kind that is not read; save 8 or 16 bits a sample in sRGB'
    return new LloydError('InputError', `${where} ${what}`, { cause: error })
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
