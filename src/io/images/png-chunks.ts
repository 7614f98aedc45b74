import { crc32 } from 'node:zlib'
import { LloydError, mustBe } from '../../engine/error.js'
import { concatenate } from '../concatenate.js'

/** A part of a PNG file. */
export interface PngChunk {
  /** Type of the chunk: four letters. */
  type: string
  /** Its contents, without length and checksum. */
  data: Uint8Array
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)

export function isPng(file: Uint8Array): boolean {
  return SIGNATURE.every((byte, at) => file[at] === byte)
}

/** The chunks of a PNG file, up to where it ends or is cut short; damage is left for the decoder to report. */
export function readPngChunks(file: Uint8Array): PngChunk[] {
  const view = new DataView(file.buffer, file.byteOffset, file.length)
  const chunks: PngChunk[] = []
  for (let at = SIGNATURE.length; at + 12 <= file.length; ) {
    const end = at + 8 + view.getUint32(at)
    if (end + 4 > file.length) break
    chunks.push({ type: String.fromCharCode(...file.subarray(at + 4, at + 8)), data: file.subarray(at + 8, end) })
    at = end + 4
  }
  return chunks
}

export function writePngChunks(chunks: readonly PngChunk[]): Uint8Array<ArrayBuffer> {
  return concatenate([SIGNATURE, ...chunks.flatMap(encodeChunk)])
}

/**
 * Inserts chunks, such as those that `readMetadata` returns, into a PNG file before its image data, where all kinds of
 * metadata are allowed (Node). Without chunks, the file itself is returned.
 *
 * @throws LloydError `InputError` when the file is not a PNG
 */
export function insertPngChunks(png: Uint8Array, chunks: readonly PngChunk[]): Uint8Array {
  if (!Array.isArray(chunks)) throw mustBe('chunks', 'a list of chunks, { type, data }', chunks)
  if (chunks.length === 0) return png
  if (!(png instanceof Uint8Array && isPng(png)))
    throw new LloydError('InputError', 'insertPngChunks takes the bytes of a PNG; convert the file first')
  let at = SIGNATURE.length
  for (const { type, data } of readPngChunks(png)) {
    if (type === 'IDAT') break
    at += 12 + data.length
  }
  return concatenate([png.subarray(0, at), ...chunks.flatMap(encodeChunk), png.subarray(at)])
}

/** Length and type, contents, and checksum. */
function encodeChunk({ type, data }: PngChunk): Uint8Array[] {
  const head = new Uint8Array(8)
  new DataView(head.buffer).setUint32(0, data.length)
  for (let at = 0; at < 4; at++) head[4 + at] = type.charCodeAt(at)
  const check = new Uint8Array(4)
  new DataView(check.buffer).setUint32(0, crc32(data, crc32(head.subarray(4))))
  return [head, data, check]
}
