/**
 * A strict reader of indexed PNG files by https://www.w3.org/TR/png-3/, which refuses errors that lenient decoders
 * ignore: wrong CRCs and lengths, bytes after the stream or the end, filters that do not exist, bits beyond a row.
 */
import { strict as assert } from 'node:assert'
import { crc32, inflateSync } from 'node:zlib'

export interface IndexedPng {
  width: number
  height: number
  bitDepth: number
  /** RGB, 3 bytes per entry. */
  colors: Uint8Array
  /** One byte for each entry up to the last that is not opaque. */
  alphas: Uint8Array
  indices: Uint8Array
}

export function readIndexedPng(file: Uint8Array): IndexedPng {
  const chunks = readChunks(file)
  assert.equal(chunks[0]?.type, 'IHDR', 'IHDR comes first')
  assert.equal(chunks.at(-1)?.type, 'IEND', 'IEND comes last')
  const types = chunks.map(({ type }) => type)
  assert.deepEqual([...new Set(types)], types, 'no chunk twice')
  const find = (type: string) => chunks.find((chunk) => chunk.type === type)?.data
  assert.ok(types.indexOf('PLTE') < types.indexOf('IDAT'), 'PLTE comes before IDAT')
  const header = new DataView(Uint8Array.from(find('IHDR')!).buffer)
  assert.equal(header.byteLength, 13)
  const [width, height, bitDepth] = [header.getUint32(0), header.getUint32(4), header.getUint8(8)]
  assert.ok([1, 2, 4, 8].includes(bitDepth), `bit depth ${bitDepth}`)
  const rest = [9, 10, 11, 12].map((at) => header.getUint8(at))
  assert.deepEqual(rest, [3, 0, 0, 0], 'indexed, deflate, adaptive filters, not interlaced')
  const colors = find('PLTE')!
  const entryCount = colors.length / 3
  assert.ok(Number.isInteger(entryCount) && entryCount >= 1 && entryCount <= 2 ** bitDepth, `${entryCount} entries`)
  const alphas = find('tRNS') ?? new Uint8Array()
  if (alphas.length > 0) {
    assert.ok(types.indexOf('PLTE') < types.indexOf('tRNS') && types.indexOf('tRNS') < types.indexOf('IDAT'))
    assert.ok(alphas.length <= entryCount)
  }
  assert.equal(find('IEND')!.length, 0)
  const indices = unpackRows(inflateWhole(find('IDAT')!), width, height, bitDepth)
  assert.ok(
    indices.every((index) => index < entryCount),
    'an index beyond the palette',
  )
  return { width, height, bitDepth, colors, alphas, indices }
}

function readChunks(file: Uint8Array): { type: string; data: Uint8Array }[] {
  assert.deepEqual([...file.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], 'signature')
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const chunks: { type: string; data: Uint8Array }[] = []
  for (let at = 8; at < file.length; ) {
    const length = view.getUint32(at)
    const end = at + 8 + length
    assert.ok(end + 4 <= file.length, 'a chunk ends within the file')
    const type = String.fromCharCode(...file.subarray(at + 4, at + 8))
    assert.equal(view.getUint32(end), crc32(file.subarray(at + 4, end)), `CRC of ${type}`)
    chunks.push({ type, data: file.subarray(at + 8, end) })
    at = end + 4
  }
  return chunks
}

/** zlib checks distances and the Adler-32; here, that nothing follows. */
function inflateWhole(stream: Uint8Array): Uint8Array {
  const { buffer, engine } = inflateSync(stream, { info: true }) as unknown as {
    buffer: Buffer
    engine: { bytesWritten: number }
  }
  assert.equal(engine.bytesWritten, stream.length, 'bytes after the stream')
  return buffer
}

function unpackRows(rows: Uint8Array, width: number, height: number, bitDepth: number): Uint8Array {
  const rowBytes = 1 + Math.ceil((width * bitDepth) / 8)
  assert.equal(rows.length, rowBytes * height, 'as many bytes as the rows have')
  const indices = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    assert.equal(rows[y * rowBytes], 0, 'rows without a filter, as encodePng writes them')
    const bits = (x: number) => {
      const bit = x * bitDepth
      return (rows[y * rowBytes + 1 + (bit >> 3)] >> (8 - bitDepth - (bit & 7))) & (2 ** bitDepth - 1)
    }
    for (let x = 0; x < width; x++) indices[y * width + x] = bits(x)
    for (let x = width; x * bitDepth < 8 * (rowBytes - 1); x++) assert.equal(bits(x), 0, 'bits beyond the row')
  }
  return indices
}
