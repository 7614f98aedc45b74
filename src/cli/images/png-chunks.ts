import { crc32 } from 'node:zlib'

/** A part of a PNG file. */
export interface PngChunk {
  /** Type of the chunk: four letters. */
  type: string
  data: Uint8Array
}

const SIGNATURE_LENGTH = 8

/** The chunks of a PNG file, up to where it ends or is cut short. */
export function readPngChunks(png: Uint8Array): PngChunk[] {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength)
  const chunks: PngChunk[] = []
  for (let at = SIGNATURE_LENGTH; at + 12 <= png.length; ) {
    const length = view.getUint32(at)
    const end = at + 8 + length
    if (end + 4 > png.length) break
    chunks.push({ type: String.fromCharCode(...png.subarray(at + 4, at + 8)), data: png.subarray(at + 8, end) })
    at = end + 4
  }
  return chunks
}

/** Inserts chunks into a PNG file before its image data, where all kinds of metadata are allowed. */
export function insertPngChunks(png: Uint8Array, chunks: readonly PngChunk[]): Uint8Array {
  if (chunks.length === 0) return png
  let at = SIGNATURE_LENGTH
  for (const { type, data } of readPngChunks(png)) {
    if (type === 'IDAT') break
    at += 12 + data.length
  }
  return Buffer.concat([png.subarray(0, at), ...chunks.map(encodeChunk), png.subarray(at)])
}

function encodeChunk({ type, data }: PngChunk): Uint8Array {
  const bytes = Buffer.alloc(12 + data.length)
  bytes.writeUInt32BE(data.length)
  bytes.write(type, 4, 'latin1')
  bytes.set(data, 8)
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length)
  return bytes
}
