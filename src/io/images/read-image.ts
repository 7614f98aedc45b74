import { readFile, stat } from 'node:fs/promises'
import { LloydError, mustBe } from '../../engine/error.js'
import { importOptional, isMissing } from '../../engine/optional-package.js'
import { type DecodedFile, decodeFile, MAX_PIXELS, REMEDY } from './decode-image.js'
import type { Decoder, SharpModule, Source } from './samples.js'

/** A decoded image, as `quantize` takes it, and properties of its file. */
export interface DecodedImage {
  /** 8-bit sRGB, RGBA, not premultiplied, with the orientation applied. */
  data: Uint8ClampedArray<ArrayBuffer>
  width: number
  height: number
  format: 'jpeg' | 'png' | 'webp' | 'avif' | 'tiff' | 'gif'
  /** Number of frames or pages in the file; `data` is the first. */
  pages: number
  /** Size of the file. */
  bytes: number
}

/** The frames of an image file, all of equal size, and their timing. */
export interface DecodedFrames {
  /** 8-bit sRGB, RGBA, not premultiplied, composed as a viewer shows them; one frame in a still image. */
  frames: { data: Uint8ClampedArray<ArrayBuffer>; width: number; height: number }[]
  /** Display time of each frame, in milliseconds; 0 in a still image. */
  delays: number[]
  /** Number of times an animation is played; 0 for ever. */
  plays: number
  format: DecodedImage['format']
  /** Number of pages in the file: more than `frames` where pages are not frames, as in TIFF. */
  pages: number
  /** Size of the file. */
  bytes: number
}

/**
 * The one warning of libjpeg that does not affect any pixel: some phones write such files, and all decoders accept
 * them. All other warnings are treated as errors.
 */
const HARMLESS = /Invalid SOS parameters/

/**
 * Reads a JPEG, PNG, WebP, AVIF, TIFF or GIF file (Node; needs the package `sharp`). The EXIF orientation is applied.
 * Greyscale, CMYK and images with an ICC profile are converted to sRGB, as are PNGs whose cICP, or gAMA and cHRM,
 * declare another encoding. 16-bit samples v become bytes v · 255/65535, rounded. Floating-point samples, 0 … 1, are
 * scaled without a curve, not as linear light; 32-bit and signed integers are refused. For an animation, the first
 * frame is returned; for an animated PNG, its still image. The stored bytes of an untagged 8-bit RGB or RGBA PNG are
 * returned exactly.
 *
 * @param source a path, or the bytes of a file
 * @throws LloydError `InputError` when the file cannot be read, is too large or has unsupported samples or colours,
 *   `FormatError` when it is damaged or not an image
 */
export async function readImage(source: string | Uint8Array): Promise<DecodedImage> {
  const { data, width, height, format, pages, bytes } = await decode(source, false)
  return { data, width, height, format, pages, bytes }
}

/**
 * Reads all frames of an animated GIF, PNG or WebP file, composed as a viewer shows them, or the one frame of any other
 * image that `readImage` reads (Node; needs the package `sharp`). A default image that is not part of the animation of
 * a PNG is left out.
 *
 * @param source a path, or the bytes of a file
 * @throws LloydError as `readImage` does; the limit of pixels applies to all frames together
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
  const { decoder, file, where } = await openImage(source)
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

/** The bytes of an image file, its name in messages, and the decoder for it. */
export async function openImage(source: string | Uint8Array): Promise<Omit<Source, 'options'>> {
  const where = typeof source === 'string' ? source : 'the bytes given'
  if (typeof source !== 'string' && !(source instanceof Uint8Array)) {
    throw mustBe('source', 'the path of a file, or its bytes as a Uint8Array', source)
  }
  const file = typeof source === 'string' ? await readBytes(source) : source
  if (file.length === 0) throw new LloydError('FormatError', `${where} is empty; ${REMEDY}`)
  return { decoder: await loadDecoder(), file, where }
}

/** Reads the file here and not in the decoder, to distinguish errors of the system from damaged images. */
async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const found = await stat(path)
    // A pipe may block for ever.
    if (!found.isFile() && !found.isDirectory()) {
      throw new LloydError('InputError', `${path} is not a regular file; save it to one first`)
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
      return `${path} is not readable; change its permissions`
    default:
      return `${path} cannot be read (${firstLine(error)}); check the file`
  }
}

/** The package that decodes and encodes image files. */
export async function loadDecoder(): Promise<Decoder> {
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

/** The error for a failure of the decoder. */
export function decodingError(error: unknown, where: string): LloydError {
  if (error instanceof LloydError) return error
  const message = firstLine(error)
  if (message.includes('exceeds pixel limit')) {
    return new LloydError('InputError', `${where} has more than ${MAX_PIXELS} pixels; scale it down first`, {
      cause: error,
    })
  }
  if (/samples out of range|bad labq format/.test(message)) {
    const what = 'has samples of an unsupported kind; save it with 8 or 16 bits per sample in sRGB'
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
