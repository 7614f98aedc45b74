import { deflateSync } from 'node:zlib'
import type { Metadata } from 'sharp'
import { roundSamples } from '../../data/round-samples.js'
import { LloydError } from '../../engine/error.js'
import { countApngFrames, readApngLayout } from './apng-frames.js'
import { type ColorEncoding, encodeAsSrgb } from './color-encoding.js'
import { composeFrames } from './compose-frames.js'
import { type GifFrame, type GifLayout, readGifLayout } from './gif-frames.js'
import { profileSpace, readMatrixProfile } from './icc-profile.js'
import { isPng, type PngChunk, readPngChunks, writePngChunks } from './png-chunks.js'
import { type PngColor, readPngColor } from './png-color.js'
import { type Decoder, readFloats, readSamples, requireKnownSamples, type Samples, type Source } from './samples.js'

/** The frames of an image file, one below another. */
export interface DecodedFile {
  /** RGBA bytes, `height` rows of `width` pixels for each frame. */
  data: Uint8ClampedArray<ArrayBuffer>
  width: number
  /** Height of one frame, in pixels. */
  height: number
  /** Display time of each frame, in milliseconds; 0 in a still image. */
  delays: number[]
  plays: number
  format: (typeof FORMATS)[number]
  /** Number of frames or pages in the file. */
  pages: number
}

type Pixels = Pick<DecodedFile, 'data' | 'width' | 'height'>

export const REMEDY = 'give a JPEG, PNG, WebP, AVIF, TIFF or GIF file'
const FORMATS = ['jpeg', 'png', 'webp', 'avif', 'tiff', 'gif'] as const
/** The decoder's own limit of pixels, for all frames together. */
export const MAX_PIXELS = 268_402_689
const GREY_SPACES: readonly (string | undefined)[] = ['b-w', 'grey16']

/** Decodes the first frame of an image file or, if `animated`, all frames of an animation. */
export async function decodeFile(source: Source, animated: boolean): Promise<DecodedFile> {
  const metadata = await source.decoder(source.file, source.options).metadata()
  const format = formatOf(metadata, source.where)
  const chunks = isPng(source.file) ? readPngChunks(source.file) : []
  const pages = Math.max(metadata.pages ?? 1, countApngFrames(chunks))
  requireKnownSamples(source, metadata)
  if (animated && pages > 1) {
    if (format === 'png') return { ...(await decodeApng(source, chunks)), format, pages }
    if (format === 'gif') return { ...(await decodeGif(source)), format, pages }
    if (format === 'webp') return { ...(await decodeStack(source)), format, pages }
  }
  const pixels = await decodePixels(source, metadata, readPngColor(chunks, source.where))
  if (format === 'gif') placeFrames(separateFrames(source).frames.slice(0, 1), pixels)
  return { ...pixels, delays: [0], plays: 0, format, pages }
}

function formatOf(metadata: Metadata, where: string): DecodedFile['format'] {
  const name = metadata.format === 'heif' && metadata.compression === 'av1' ? 'avif' : metadata.format
  const format = FORMATS.find((known) => known === name)
  if (format) return format
  throw new LloydError('FormatError', `${where} is ${name?.toUpperCase() ?? 'of an unknown format'}; ${REMEDY}`)
}

/** Decodes all frames with the decoder itself. */
async function decodeStack(source: Source): Promise<Omit<DecodedFile, 'format' | 'pages'>> {
  const image = source.decoder(source.file, { ...source.options, animated: true })
  const { pageHeight, delay = [], loop = 0 } = await image.metadata()
  const { data, width, height } = await readBytes(image)
  const count = pageHeight ? height / pageHeight : 1
  const delays = Array.from({ length: count }, (_, frame) => delay[frame] ?? 0)
  return { data, width, height: height / count, delays, plays: loop }
}

/**
 * Decodes the frames of a GIF one by one and composes them here: the decoder, libnsgif, fills what an opaque frame
 * leaves with the background colour, where viewers clear it.
 */
async function decodeGif(source: Source): Promise<Omit<DecodedFile, 'format' | 'pages'>> {
  const { frames, separate } = separateFrames(source)
  const stack = await decodeStack({ ...source, file: separate })
  if (frames.length !== stack.delays.length) throw new Error(`${stack.delays.length} of ${frames.length} frames`)
  placeFrames(frames, stack)
  return stack
}

/** Composes frames that were decoded separately; the decoder leaves black around a frame without transparency. */
function placeFrames(frames: readonly GifFrame[], { data, width, height }: Pixels): void {
  const pixels = wordsOf(data)
  const placed = frames.map((frame, at) => {
    return { ...frame, pixels, first: (at * height + frame.top) * width + frame.left, stride: width }
  })
  composeFrames(placed, pixels, width, height)
}

function separateFrames({ file }: Source): GifLayout {
  const layout = readGifLayout(file)
  // The decoder would leave the rest of the frame transparent.
  if (layout.cut) throw new Error(`it ends within frame ${layout.frames.length}`)
  return layout
}

async function decodeApng(source: Source, chunks: readonly PngChunk[]): Promise<Omit<DecodedFile, 'format' | 'pages'>> {
  const { frames, width, height, plays } = readApngLayout(chunks, source.where)
  if (frames.length * width * height > MAX_PIXELS) throw new Error('exceeds pixel limit')
  const color = readPngColor(chunks, source.where)
  const data = new Uint8ClampedArray(4 * width * height * frames.length)
  const placed = []
  for (const { png, delay, ...frame } of frames) {
    const part = { ...source, file: png }
    const metadata = await source.decoder(png, source.options).metadata()
    const { data: own } = await decodePixels(part, metadata, color)
    placed.push({ ...frame, pixels: wordsOf(own), first: 0, stride: frame.width })
  }
  composeFrames(placed, wordsOf(data), width, height)
  return { data, width, height, delays: frames.map(({ delay }) => delay), plays }
}

/** The pixels of a still image, or of an animation's first frame, as 8-bit sRGB. */
async function decodePixels(source: Source, metadata: Metadata, color: PngColor): Promise<Pixels> {
  const { depth = 'uchar', space = 'srgb', icc } = metadata
  const profile = color ? null : (icc ?? null)
  const stored = { ...source, options: { ...source.options, ignoreIcc: true } }
  if (depth === 'float') return await toSrgb(source, await readFloats(stored, metadata), profile)
  const encoding = color === 'srgb' ? null : (color ?? greyEncoding(metadata))
  if (depth === 'ushort' && (space === 'rgb16' || space === 'grey16')) {
    const samples = await readSamples(stored)
    return encoding ? convert(samples, 65_535, encoding) : await toSrgb(source, samples, profile)
  }
  const { decoder, file, options } = color || encoding ? stored : source
  const pixels = await readBytes(decoder(file, options))
  return encoding ? convert(pixels, 255, encoding) : pixels
}

/** The curve of a grey image's profile, which the decoder applies with an error of up to 10 of 255, or not at all. */
function greyEncoding({ icc, space }: Metadata): ColorEncoding | null {
  return icc && GREY_SPACES.includes(space) && profileSpace(icc) === 'GRAY' ? readMatrixProfile(icc) : null
}

function convert(pixels: Pixels | Samples, most: number, encoding: ColorEncoding): Pixels {
  return { ...pixels, data: encodeAsSrgb(pixels.data, most, encoding) }
}

async function readBytes(image: ReturnType<Decoder>): Promise<Pixels> {
  const { data, info } = await image
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  const bytes = new Uint8ClampedArray(data.buffer as ArrayBuffer, data.byteOffset, data.length)
  return { data: bytes, width: info.width, height: info.height }
}

/**
 * Converts a 16-bit image to 8-bit sRGB. The decoder would convert one with a profile by way of Display P3, with an
 * error of up to 11 of 255. So profiles of curves and primaries are applied here, to all 16 bits, and others by the
 * decoder, to 8 bits.
 */
async function toSrgb(source: Source, { data, width, height }: Samples, icc: Buffer | null): Promise<Pixels> {
  if (!icc) return { data: roundSamples(data), width, height }
  const encoding = readMatrixProfile(icc)
  if (encoding) return convert({ data, width, height }, 65_535, encoding)
  const grey = profileSpace(icc) === 'GRAY'
  const raw = source.decoder(roundSamples(data), { raw: { width, height, channels: 4 } })
  const stored = await (grey ? raw.toColourspace('b-w') : raw).png({ compressionLevel: 0 }).toBuffer()
  const [header, ...rest] = readPngChunks(stored)
  const name = Uint8Array.of(0x69, 0, 0)
  const tagged = writePngChunks([header, { type: 'iCCP', data: Buffer.concat([name, deflateSync(icc)]) }, ...rest])
  return await readBytes(source.decoder(tagged, { failOn: source.options.failOn }))
}

function wordsOf({ buffer, byteOffset, length }: Uint8ClampedArray): Uint32Array {
  return new Uint32Array(buffer, byteOffset, length / 4)
}
