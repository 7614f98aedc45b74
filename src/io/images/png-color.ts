import { LloydError } from '../../engine/error.js'
import {
  type Chromaticities,
  type ColorEncoding,
  decodeSrgb,
  isGamut,
  isSrgb,
  type Transfer,
  toXyzUnderD50,
} from './color-encoding.js'
import type { PngChunk } from './png-chunks.js'

/** The colour encoding that a PNG declares; null where it has an ICC profile for that, or no declaration. */
export type PngColor = ColorEncoding | 'srgb' | null

/** gAMA of sRGB, and the relative difference below which another value counts as sRGB, as in browsers. */
const SRGB_GAMMA = 0.45455
const MIN_DIFFERENCE = 0.05

/** White point, red, green and blue by the codes of ITU-T H.273, table 2. */
const PRIMARIES: Record<number, Chromaticities> = {
  1: [0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06],
  4: [0.31, 0.316, 0.67, 0.33, 0.21, 0.71, 0.14, 0.08],
  5: [0.3127, 0.329, 0.64, 0.33, 0.29, 0.6, 0.15, 0.06],
  6: [0.3127, 0.329, 0.63, 0.34, 0.31, 0.595, 0.155, 0.07],
  7: [0.3127, 0.329, 0.63, 0.34, 0.31, 0.595, 0.155, 0.07],
  9: [0.3127, 0.329, 0.708, 0.292, 0.17, 0.797, 0.131, 0.046],
  11: [0.314, 0.351, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06],
  12: [0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06],
  22: [0.3127, 0.329, 0.63, 0.34, 0.295, 0.605, 0.155, 0.077],
}

const power =
  (exponent: number): Transfer =>
  (encoded) =>
    encoded ** exponent

/** The curve of displays for video (BT.1886). */
const video = power(2.4)

/** Curves to linear light by the codes of ITU-T H.273, table 3. */
const TRANSFERS: Record<number, Transfer> = {
  1: video,
  4: power(2.2),
  5: power(2.8),
  6: video,
  8: power(1),
  13: decodeSrgb,
  14: video,
  15: video,
}
const UNSPECIFIED = 2
const HIGH_DYNAMIC_RANGE: Record<number, string> = { 16: 'PQ', 18: 'HLG' }

/**
 * Finds the colour encoding that a PNG declares. Of its chunks, cICP takes precedence over iCCP, sRGB, and gAMA with
 * cHRM; cHRM alone is ignored.
 *
 * @throws LloydError `InputError` for a cICP chunk of high dynamic range or with unknown codes
 * @see https://www.w3.org/TR/png-3/#color-chunk-precendence
 */
export function readPngColor(chunks: readonly PngChunk[], where: string): PngColor {
  const find = (type: string, length: number) => {
    const pixels = chunks.findIndex((chunk) => chunk.type === 'IDAT')
    const data = chunks.find((chunk, at) => chunk.type === type && (pixels < 0 || at < pixels))?.data
    return data && data.length >= length ? new DataView(data.buffer, data.byteOffset, data.length) : null
  }
  const codes = find('cICP', 4)
  if (codes && codes.getUint8(0) !== UNSPECIFIED && codes.getUint8(1) !== UNSPECIFIED) {
    return encodingOf(codes.getUint8(0), codes.getUint8(1), where)
  }
  const gamma = find('gAMA', 4)?.getUint32(0) ?? 0
  if (find('iCCP', 1) || find('sRGB', 1) || gamma === 0) return null
  const values = find('cHRM', 32)
  const given = values && (Array.from({ length: 8 }, (_, at) => values.getUint32(4 * at) / 100_000) as never)
  const primaries = given && isGamut(given) && !isSrgb(given) ? given : null
  const isLikeSrgb = Math.abs(gamma / 100_000 / SRGB_GAMMA - 1) < MIN_DIFFERENCE
  return isLikeSrgb && !primaries ? null : encoding(power(100_000 / gamma), primaries)
}

function encodingOf(primariesCode: number, transferCode: number, where: string): PngColor {
  if (transferCode in HIGH_DYNAMIC_RANGE) {
    const name = HIGH_DYNAMIC_RANGE[transferCode]
    throw new LloydError('InputError', `${where} has a high dynamic range (${name}); convert it to sRGB first`)
  }
  const [primaries, transfer] = [PRIMARIES[primariesCode], TRANSFERS[transferCode]]
  if (!primaries || !transfer) {
    throw new LloydError(
      'InputError',
      `${where} has an unknown colour encoding (primaries ${primariesCode}, transfer ${transferCode} in its cICP chunk); convert it to sRGB first`,
    )
  }
  return isSrgb(primaries) && transfer === decodeSrgb ? 'srgb' : encoding(transfer, primaries)
}

function encoding(transfer: Transfer, primaries: Chromaticities | null): ColorEncoding {
  const toXyz = primaries && !isSrgb(primaries) ? toXyzUnderD50(primaries) : null
  return { transfers: [transfer, transfer, transfer], toXyz }
}
