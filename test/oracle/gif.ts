/**
 * A strict reader of GIF files by https://www.w3.org/Graphics/GIF/spec-gif89a.txt and its appendix F on LZW, which
 * refuses errors that viewers ignore: codes that do not exist yet, too few or too many pixels, bytes after the end.
 */
import { strict as assert } from 'node:assert'

export interface GifFrame {
  /** Colour table indices of the whole frame. */
  indices: Uint8Array
  /** RGB, 3 bytes an entry: the frame's own table or the common one. */
  colors: Uint8Array
  transparent: number | null
  disposal: number
  /** Display time in milliseconds. */
  delay: number
}

export interface Gif {
  width: number
  height: number
  frames: GifFrame[]
  /** Number of repetitions after the first play, 0 for ever; null if the file does not specify it. */
  repetitions: number | null
}

export function readGif(file: Uint8Array): Gif {
  assert.equal(String.fromCharCode(...file.subarray(0, 6)), 'GIF89a')
  const word = (at: number) => file[at] + 256 * file[at + 1]
  const [width, height] = [word(6), word(8)]
  let at = 13
  const readTable = (flags: number) => {
    if (!(flags & 128)) return null
    const table = file.subarray(at, at + 3 * (2 << (flags & 7)))
    at += table.length
    return table
  }
  const readBlocks = () => {
    const bytes: number[] = []
    while (file[at] !== 0) {
      assert.ok(at + 1 + file[at] < file.length, 'a block ends within the file')
      for (let i = 1; i <= file[at]; i++) bytes.push(file[at + i])
      at += 1 + file[at]
    }
    at++
    return Uint8Array.from(bytes)
  }
  const common = readTable(file[10])
  const frames: GifFrame[] = []
  let repetitions: number | null = null
  let control = { transparent: null as number | null, disposal: 0, delay: 0 }
  while (file[at] !== 0x3b) {
    assert.ok(file[at] === 0x21 || file[at] === 0x2c, `a block of kind ${file[at]}`)
    if (file[at] === 0x21) {
      const kind = file[at + 1]
      at += 2
      const bytes = readBlocks()
      if (kind === 0xf9) {
        assert.equal(bytes.length, 4)
        const delay = 10 * (bytes[1] + 256 * bytes[2])
        control = { transparent: bytes[0] & 1 ? bytes[3] : null, disposal: (bytes[0] >> 2) & 7, delay }
      } else {
        assert.equal(kind, 0xff)
        assert.equal(String.fromCharCode(...bytes.subarray(0, 11)), 'NETSCAPE2.0')
        repetitions = bytes[12] + 256 * bytes[13]
      }
      continue
    }
    assert.deepEqual([word(at + 1), word(at + 3), word(at + 5), word(at + 7)], [0, 0, width, height], 'whole frames')
    const flags = file[at + 9]
    assert.equal(flags & 0x40, 0, 'not interlaced')
    at += 10
    const colors = readTable(flags) ?? common
    assert.ok(colors, 'a frame has a colour table')
    const codeSize = file[at++]
    const indices = decompress(readBlocks(), codeSize, width * height)
    assert.ok(
      indices.every((index) => 3 * index < colors.length),
      'an index beyond the table',
    )
    frames.push({ indices, colors, ...control })
    control = { transparent: null, disposal: 0, delay: 0 }
  }
  assert.equal(at, file.length - 1, 'bytes after the end')
  return { width, height, frames, repetitions }
}

function decompress(bytes: Uint8Array, codeSize: number, pixelCount: number): Uint8Array {
  assert.ok(codeSize >= 2 && codeSize <= 8, `code size ${codeSize}`)
  const [clear, end] = [1 << codeSize, (1 << codeSize) + 1]
  const pixels = new Uint8Array(pixelCount)
  let table: Uint8Array[] = []
  let width = codeSize + 1
  let previous: Uint8Array | null = null
  let [count, bit] = [0, 0]
  const reset = () => {
    table = Array.from({ length: clear + 2 }, (_, value) => Uint8Array.of(value))
    width = codeSize + 1
    previous = null
  }
  const readCode = () => {
    let code = 0
    assert.ok(bit + width <= 8 * bytes.length, 'the codes end before the end code')
    for (let i = 0; i < width; i++, bit++) code |= ((bytes[bit >> 3] >> (bit & 7)) & 1) << i
    return code
  }
  reset()
  assert.equal(readCode(), clear, 'the first code clears')
  for (let code = readCode(); code !== end; code = readCode()) {
    if (code === clear) {
      reset()
      continue
    }
    const before: Uint8Array | null = previous
    assert.ok(
      code < table.length || (before && code === table.length && code < 4096),
      `code ${code} does not exist yet`,
    )
    const entry: Uint8Array = code < table.length ? table[code] : Uint8Array.of(...before!, before![0])
    assert.ok(count + entry.length <= pixelCount, 'more pixels than the frame has')
    pixels.set(entry, count)
    count += entry.length
    if (before && table.length < 4096) {
      table.push(Uint8Array.of(...before, entry[0]))
      if (table.length === 1 << width && width < 12) width++
    }
    previous = entry
  }
  assert.equal(count, pixelCount, 'as many pixels as the frame has')
  assert.ok(8 * bytes.length - bit < 8, 'bytes after the end code')
  return pixels
}
