import type { PngChunk } from '../png-chunks.js'
import { numberOf, openTiff, readDirectory } from '../tiff-tags.js'
import { jpegSegments } from './jpeg-segments.js'

/** Pixels per metre (unit 1), or only the aspect ratio of a pixel (unit 0). */
interface Resolution {
  x: number
  y: number
  unit: 0 | 1
}

const LARGEST = 0x7fff_ffff
const [X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT] = [0x011a, 0x011b, 0x0128]
/** Units per metre, by the code of JPEG (that of TIFF is one higher): none, inch, centimetre. */
const PER_METRE = [0, 1 / 0.0254, 100]

/** The resolution in a JPEG file (JFIF), or else in its EXIF data. */
export function jpegResolution(jpeg: Uint8Array, exif: Uint8Array | null): Resolution | null {
  const jfif = jpegSegments(jpeg).find(({ marker, data }) => marker === 0xe0 && isJfif(data))?.data
  const stated = jfif && fromUnit(jfif[7], (jfif[8] << 8) | jfif[9], (jfif[10] << 8) | jfif[11])
  if (stated?.unit === 1) return stated
  return (exif && tiffResolution(exif)) ?? stated ?? null
}

function isJfif(data: Uint8Array): boolean {
  return data.length >= 12 && String.fromCharCode(...data.subarray(0, 5)) === 'JFIF\0'
}

/** The resolution in a TIFF file or an EXIF block. */
export function tiffResolution(bytes: Uint8Array): Resolution | null {
  const tiff = openTiff(bytes)
  const directory = tiff && readDirectory(tiff, tiff.first)
  if (!tiff || !directory) return null
  const { tags } = directory
  const x = numberOf(tiff, tags.get(X_RESOLUTION)) ?? numberOf(tiff, tags.get(Y_RESOLUTION)) ?? 0
  const y = numberOf(tiff, tags.get(Y_RESOLUTION)) ?? x
  return fromUnit((numberOf(tiff, tags.get(RESOLUTION_UNIT)) ?? 2) - 1, x, y)
}

/** The resolution in pixels per metre; null for values without meaning. */
function fromUnit(unit: number, x: number, y: number): Resolution | null {
  const factor = PER_METRE[unit]
  if (factor === undefined || !(x > 0 && y > 0)) return null
  const resolution: Resolution =
    factor > 0
      ? { x: Math.round(x * factor), y: Math.round(y * factor), unit: 1 }
      : { x: Math.round(x), y: Math.round(y), unit: 0 }
  if (resolution.unit === 0 && resolution.x === resolution.y) return null
  const isStorable = (value: number) => value >= 1 && value <= LARGEST
  return isStorable(resolution.x) && isStorable(resolution.y) ? resolution : null
}

/** The resolution in the `pHYs` chunk of a PNG file; null for an invalid chunk. */
export function pngResolution(data: Uint8Array): Resolution | null {
  if (data.length !== 9 || data[8] > 1) return null
  const view = new DataView(data.buffer, data.byteOffset)
  const [x, y] = [view.getUint32(0), view.getUint32(4)]
  return x >= 1 && y >= 1 && x <= LARGEST && y <= LARGEST ? { x, y, unit: data[8] as 0 | 1 } : null
}

/** The `pHYs` chunk of a resolution; x and y are swapped for an image that was `turned` by a quarter. */
export function encodeResolution({ x, y, unit }: Resolution, turned: boolean): PngChunk {
  const data = new Uint8Array(9)
  const view = new DataView(data.buffer)
  view.setUint32(0, turned ? y : x)
  view.setUint32(4, turned ? x : y)
  data[8] = unit
  return { type: 'pHYs', data }
}
