import { Deflate } from 'pako'
import { nextTask } from '../../engine/next-task.js'
import { ENCODE_PNG } from '../../options/io.js'
import { readOptions } from '../../options/table.js'
import { concatenate } from '../concatenate.js'
import { type IndexedImage, indexError, requireIndexedImage } from './indexed-image.js'
import { type GrayImage, type PngRows, type RgbaImage, sampleRows } from './png-samples.js'

export interface EncodePngOptions {
  /** Aborts between blocks of rows; the promise then rejects with `signal.reason`. */
  signal?: AbortSignal
}

/** PNG stores sizes in 31 bits. */
const LARGEST_SIDE = 0x7fff_ffff
/** Size of the blocks of rows compressed at once, in bytes: 10 to 20 ms of work, which keeps a page responsive. */
const BLOCK_BYTES = 1 << 16
/**
 * Compression level of zlib. Level 9 makes photographs and screenshots of 16 and 256 colours 0.1 to 0.5 % smaller than
 * 8, in 1.2 to 3 times the time.
 */
const LEVEL = 8
/** The same for filtered samples, of which higher levels make photographs 1 % smaller in twice the time. */
const SAMPLE_LEVEL = 6
/** Milliseconds of work after which other tasks may run. */
const TURN = 30

const SIGNATURE = /* @__PURE__ */ Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)

/**
 * Writes a PNG. A result of `quantize` becomes indexed (colour type 3), at the smallest bit depth, 1, 2, 4 or 8, that holds
 * the palette, whose order is kept; a `tRNS` chunk is added when an entry is not opaque. RGBA bytes are written as RGB where
 * all pixels are opaque (colour types 2 and 6), `gray` as 16-bit grey (colour type 0). The same image gives the same bytes in
 * every runtime, since the compressor is not the runtime's own.
 *
 * @param image `{ palette, indices, width, height }` with 1 to 256 entries, `{ data, width, height }` or `{ gray, width, height }`
 * @throws LloydError `InputError` for more than 256 entries, or lengths or indices that do not fit
 * @see https://www.w3.org/TR/png-3/
 */
export async function encodePng(
  image: IndexedImage | RgbaImage | GrayImage,
  options: EncodePngOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const isSampled = typeof image === 'object' && image !== null && ('data' in image || 'gray' in image)
  const rows = isSampled ? sampleRows(image, LARGEST_SIDE) : indexedRows(image)
  const { signal } = readOptions('encodePng', options, ENCODE_PNG)
  signal?.throwIfAborted()
  const chunks: Uint8Array[] = [SIGNATURE, chunk('IHDR', [header(image.width, image.height, rows)])]
  if (!isSampled) chunks.push(...paletteChunks(image.palette))
  chunks.push(chunk('IDAT', [await compressRows(rows, image.height, signal)]))
  chunks.push(chunk('IEND', []))
  return concatenate(chunks)
}

/**
 * Every row has filter 0: none of 24 images of 24, 64 or 256 colours became smaller with the filters Sub, Up or Paeth.
 */
function indexedRows(image: IndexedImage): PngRows {
  const entryCount = requireIndexedImage(image, 'an indexed PNG', LARGEST_SIDE)
  const { indices, width } = image
  const bitDepth = bitDepthFor(entryCount)
  return {
    bitDepth,
    colorType: 3,
    rowBytes: Math.ceil((width * bitDepth) / 8),
    write: (y, block, at) => packRow(indices, y * width, { width, bitDepth, entryCount }, block, at),
  }
}

function bitDepthFor(entryCount: number): 1 | 2 | 4 | 8 {
  if (entryCount <= 2) return 1
  if (entryCount <= 4) return 2
  return entryCount <= 16 ? 4 : 8
}

function header(width: number, height: number, { bitDepth, colorType }: PngRows): Uint8Array {
  const bytes = new Uint8Array(13)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  bytes[8] = bitDepth
  bytes[9] = colorType // then compression, filter method and interlace, all 0
  return bytes
}

/** `PLTE`, and `tRNS` up to the last entry that is not opaque: decoders treat missing ones as opaque. */
function paletteChunks(palette: Uint8Array): Uint8Array[] {
  const entryCount = palette.length / 4
  const colors = new Uint8Array(entryCount * 3)
  const alphas = new Uint8Array(entryCount)
  let alphaCount = 0
  for (let entry = 0; entry < entryCount; entry++) {
    colors.set(palette.subarray(entry * 4, entry * 4 + 3), entry * 3)
    alphas[entry] = palette[entry * 4 + 3]
    if (alphas[entry] < 255) alphaCount = entry + 1
  }
  const chunks = [chunk('PLTE', [colors])]
  if (alphaCount > 0) chunks.push(chunk('tRNS', [alphas.subarray(0, alphaCount)]))
  return chunks
}

/** The zlib stream of all rows, each after the byte of its filter. */
async function compressRows(rows: PngRows, height: number, signal?: AbortSignal): Promise<Uint8Array> {
  const zlib = new Deflate({ level: rows.colorType === 3 ? LEVEL : SAMPLE_LEVEL })
  const rowBytes = 1 + rows.rowBytes
  const rowsPerBlock = Math.max(1, Math.floor(BLOCK_BYTES / rowBytes))
  let turnEnds = performance.now() + TURN
  for (let row = 0; row < height; row += rowsPerBlock) {
    if (performance.now() > turnEnds) {
      await nextTask()
      signal?.throwIfAborted()
      turnEnds = performance.now() + TURN
    }
    const end = Math.min(height, row + rowsPerBlock)
    const block = new Uint8Array((end - row) * rowBytes)
    for (let y = row; y < end; y++) rows.write(y, block, (y - row) * rowBytes + 1)
    if (!zlib.push(block, end === height)) throw new Error(`zlib: ${zlib.msg}`)
  }
  return zlib.result
}

/** Packs `width` indices from `from` into `target`, the leftmost pixel in the highest bits. */
function packRow(
  indices: Uint8Array | Uint16Array,
  from: number,
  { width, bitDepth, entryCount }: { width: number; bitDepth: number; entryCount: number },
  target: Uint8Array,
  to: number,
): void {
  let bits = 8
  for (let x = 0; x < width; x++) {
    const index = indices[from + x]
    if (index >= entryCount) throw indexError(from + x, index, entryCount)
    bits -= bitDepth
    target[to] |= index << bits
    if (bits === 0) {
      bits = 8
      to++
    }
  }
}

/** Length, type, data and CRC of one chunk; the data may come in parts. */
function chunk(type: string, parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const bytes = new Uint8Array(12 + length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, length)
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i)
  let offset = 8
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  view.setUint32(offset, crc32(bytes.subarray(4, offset)))
  return bytes
}

/** CRC-32 of each byte value, reflected polynomial 0xEDB88320. */
const crcTable = /* @__PURE__ */ Uint32Array.from({ length: 256 }, (_, value) => {
  let crc = value
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1
  return crc
})

function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff
  for (let i = 0; i < bytes.length; i++) crc = crcTable[(crc ^ bytes[i]) & 255] ^ (crc >>> 8)
  return ~crc >>> 0
}
