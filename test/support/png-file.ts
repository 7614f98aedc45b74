/** A writer of PNG files for tests, of any chunks. */
import { crc32, deflateSync } from 'node:zlib'

export type Chunk = readonly [type: string, data: Uint8Array]

/** 32-bit numbers, as PNG stores them. */
export function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length)
  for (const [at, value] of values.entries()) bytes.writeUInt32BE(value, 4 * at)
  return bytes
}

/** `rows` are the samples of each row, without filter bytes; `type` is PNG's colour type. */
export function compressRows(rows: readonly Uint8Array[]): Buffer {
  return deflateSync(Buffer.concat(rows.flatMap((row) => [Uint8Array.of(0), row])))
}

export function pngFile(chunks: readonly Chunk[]): Buffer {
  const parts = chunks.map(([type, data]) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
    return Buffer.concat([words(data.length), body, words(crc32(body))])
  })
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), ...parts])
}

export function header(width: number, height: number, type: number, depth = 8): Chunk {
  return ['IHDR', Buffer.concat([words(width, height), Uint8Array.of(depth, type, 0, 0, 0)])]
}

/** An image of one row. */
export function rowPng(
  samples: Uint8Array,
  width: number,
  type: number,
  extra: readonly Chunk[] = [],
  depth = 8,
): Buffer {
  return pngFile([
    header(width, 1, type, depth),
    ...extra,
    ['IDAT', compressRows([samples])],
    ['IEND', Buffer.alloc(0)],
  ])
}
