const MAGIC = 0x184d2204

/**
 * Decodes one LZ4 frame of known size, as in Arrow files. Blocks may refer to earlier ones. Checksums are skipped.
 * Source: the LZ4 frame and block format descriptions, version 1.6.
 */
export function decodeLz4Frame(input: Uint8Array, outputLength: number): Uint8Array {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength)
  if (view.getUint32(0, true) !== MAGIC) throw new Error('not an LZ4 frame')
  const flags = input[4]
  const hasBlockChecksum = (flags & 0x10) !== 0
  const hasSize = (flags & 0x08) !== 0
  const hasDictionary = (flags & 0x01) !== 0
  // Magic, flags, block size, then the optional fields and one byte of checksum.
  let at = 6 + (hasSize ? 8 : 0) + (hasDictionary ? 4 : 0) + 1
  const output = new Uint8Array(outputLength)
  let length = 0
  while (true) {
    const word = view.getUint32(at, true)
    if (word === 0) break
    const size = word & 0x7fffffff
    const block = input.subarray(at + 4, at + 4 + size)
    if (block.length < size) throw new Error('LZ4 block is cut off')
    if (word >>> 31) {
      output.set(block, length)
      length += size
    } else {
      length = decodeBlock(block, output, length)
    }
    at += 4 + size + (hasBlockChecksum ? 4 : 0)
  }
  if (length !== outputLength) throw new Error(`LZ4 frame holds ${length} bytes, not ${outputLength}`)
  return output
}

/** Decodes a block to `output` from `length` on; returns the new length. */
function decodeBlock(input: Uint8Array, output: Uint8Array, length: number): number {
  let at = 0
  const readLength = (nibble: number) => {
    let total = nibble
    if (nibble === 15) {
      let byte: number
      do total += byte = input[at++]
      while (byte === 255)
    }
    return total
  }
  while (at < input.length) {
    const token = input[at++]
    const literals = readLength(token >> 4)
    // `set` throws where the output is too small.
    output.set(input.subarray(at, at + literals), length)
    at += literals
    length += literals
    // The last sequence of a block has no match.
    if (at >= input.length) break
    const offset = input[at] | (input[at + 1] << 8)
    at += 2
    const end = length + readLength(token & 15) + 4
    if (offset === 0 || offset > length || !(end <= output.length)) throw new Error('LZ4 match is out of range')
    // Byte by byte: a match may overlap its own output.
    for (let from = length - offset; length < end; ) output[length++] = output[from++]
  }
  return length
}
