import { crc32 } from 'node:zlib'
import { concatenate } from '../concatenate.js'

export interface PngChunk {
  type: string
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
  const parts: Uint8Array[] = [SIGNATURE]
  for (const { type, data } of chunks) {
    const head = new Uint8Array(8)
    new DataView(head.buffer).setUint32(0, data.length)
    for (let at = 0; at < 4; at++) head[4 + at] = type.charCodeAt(at)
    const check = new Uint8Array(4)
    new DataView(check.buffer).setUint32(0, crc32(data, crc32(head.subarray(4))))
    parts.push(head, data, check)
  }
  return concatenate(parts)
}
