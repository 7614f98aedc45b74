import type { Metadata, SharpOptions } from 'sharp'
import { LloydError } from '../../engine/error.js'
import { readTiffTags } from './tiff-tags.js'

export type SharpModule = typeof import('sharp')
export type Decoder = SharpModule['default']

/** A file to be decoded, and the decoder's options for it. */
export interface Source {
  decoder: Decoder
  file: Uint8Array
  /** Name of the file in messages. */
  where: string
  options: SharpOptions
}

/** Names of unsupported kinds of samples, whose values are not fractions of a maximum. */
const REFUSED_DEPTHS: Record<string, string> = {
  char: 'signed 8-bit',
  short: 'signed 16-bit',
  int: '32-bit integer',
  uint: '32-bit integer',
  double: '64-bit',
  complex: 'complex',
  dpcomplex: 'complex',
}

export interface Samples {
  /** RGBA samples. */
  data: Uint16Array
  width: number
  height: number
}

/** Reads 16-bit samples as stored: the decoder would shift them to 8 bits, which truncates them. */
export async function readSamples({ decoder, file, options }: Source): Promise<Samples> {
  const { data, info } = await decoder(file, options)
    .toColourspace('rgb16')
    .ensureAlpha()
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true })
  const samples = new Uint16Array(data.buffer, data.byteOffset, data.length / 2)
  return { data: samples, width: info.width, height: info.height }
}

/** Reads floating-point samples, 0 … 1, as 16-bit ones. */
export async function readFloats({ decoder, file, options, where }: Source, { space }: Metadata): Promise<Samples> {
  if (space !== 'b-w' && space !== 'scrgb') throw sampleError(where, '16-bit floating-point')
  const { data, info } = await decoder(file, options)
    .toColourspace(space)
    .raw({ depth: 'float' })
    .toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  const floats = new Float32Array(data.buffer, data.byteOffset, data.length / 4)
  requireUnitRange(floats, where)
  const samples = new Uint16Array(4 * width * height).fill(65_535)
  const [colors, alphas] = channels > 2 ? [3, channels - 3] : [1, channels - 1]
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < 3 + Math.min(1, alphas); channel++) {
      const from = channel === 3 ? colors : colors === 1 ? 0 : channel
      samples[4 * pixel + channel] = Math.round(floats[channels * pixel + from] * 65_535)
    }
  }
  return { data: samples, width, height }
}

function requireUnitRange(floats: Float32Array, where: string): void {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of floats) {
    if (Number.isNaN(value)) {
      throw new LloydError('InputError', `${where} has samples that are not numbers (NaN); replace them first`)
    }
    if (value < least) least = value
    if (value > most) most = value
  }
  if (least >= 0 && most <= 1) return
  const range = `${Number(least.toPrecision(4))} to ${Number(most.toPrecision(4))}`
  throw new LloydError(
    'InputError',
    `${where} has floating-point samples of ${range}, outside 0 to 1; scale them, or save it with 8 or 16 bits per sample`,
  )
}

/**
 * Throws an `InputError` for samples that are not fractions of a maximum, and for those that the decoder misreads: it
 * takes YCbCr for RGB unless libjpeg converts it, and does not invert floating-point samples whose 0 is white.
 */
export function requireKnownSamples({ file, where }: Source, { format, depth = 'uchar', space }: Metadata): void {
  // 16-bit Lab is signed, and the decoder supports it.
  if (depth in REFUSED_DEPTHS && space !== 'labs') throw sampleError(where, REFUSED_DEPTHS[depth])
  if (format !== 'tiff') return
  const { photometric, compression = 1 } = readTiffTags(file)
  if (photometric === 6 && compression !== 6 && compression !== 7) throw sampleError(where, 'YCbCr', 'save it as RGB')
  if (photometric === 0 && depth === 'float') throw sampleError(where, 'inverted floating-point')
}

function sampleError(where: string, kind: string, remedy = 'save it with 8 or 16 bits per sample'): LloydError {
  return new LloydError('InputError', `${where} has ${kind} samples, which are not supported; ${remedy}`)
}
