import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { LloydError } from '../../engine/error.js'

/** The placeholder for a skipped line, so that lines are still counted; text files do not have this character. */
export const SKIPPED = '\0'

/** Bytes as they come, and what errors call them; for a file, its path. */
export type TextSource = string | { name: string; bytes: AsyncIterable<Uint8Array> }

/** What errors call a text. */
export const sourceName = (source: TextSource) => (typeof source === 'string' ? source : source.name)

/** The text of a file or stream in pieces, with Unix line ends and without a byte order mark. */
export async function* decodeText(source: TextSource, signal?: AbortSignal): AsyncGenerator<string> {
  const path = sourceName(source)
  const { file, magic } = typeof source === 'string' ? await openFile(source, signal) : await openStream(source.bytes)
  const isZipped = magic[0] === 0x1f && magic[1] === 0x8b
  // `pipeline` passes a failure of the file on to the reader of the result.
  const bytes = isZipped ? pipeline(file, createGunzip({ chunkSize: 1 << 18 }), () => {}) : file
  let decoder: TextDecoder | null = null
  let carriage = ''
  try {
    for await (const piece of bytes as AsyncIterable<Uint8Array>) {
      decoder ??= new TextDecoder(encodingOf(piece), { fatal: true })
      let text = carriage + decoder.decode(piece, { stream: true })
      // The other half of a CRLF may be in the next piece.
      carriage = text.endsWith('\r') ? '\r' : ''
      if (carriage) text = text.slice(0, -1)
      if (text.includes('\r')) text = text.replace(/\r\n?/g, '\n')
      if (text.includes('\0'))
        throw new LloydError('FormatError', `${path} is not a text file; rename it to match its format`)
      if (text) yield text
    }
    const rest = decoder?.decode() ?? ''
    if (carriage || rest) yield (carriage ? '\n' : '') + rest
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
      throw new LloydError('FormatError', `${path} is not encoded in UTF-8; save it as a UTF-8 text file`, {
        cause: error,
      })
    }
    throw error
  }
}

async function openFile(path: string, signal?: AbortSignal): Promise<{ file: Readable; magic: Uint8Array }> {
  const magic = await readMagic(path)
  return { file: createReadStream(path, { highWaterMark: 1 << 18, signal }), magic }
}

async function openStream(bytes: AsyncIterable<Uint8Array>): Promise<{ file: Readable; magic: Uint8Array }> {
  const pieces = bytes[Symbol.asyncIterator]()
  const head = await pieces.next()
  async function* all() {
    if (!head.done) yield head.value
    yield* { [Symbol.asyncIterator]: () => pieces }
  }
  return { file: Readable.from(all()), magic: head.done ? new Uint8Array() : head.value }
}

async function readMagic(path: string): Promise<Uint8Array> {
  const handle = await open(path)
  try {
    const bytes = new Uint8Array(2)
    await handle.read(bytes, 0, 2, 0)
    return bytes
  } finally {
    await handle.close()
  }
}

function encodingOf(piece: Uint8Array): string {
  if (piece[0] === 0xff && piece[1] === 0xfe) return 'utf-16le'
  return piece[0] === 0xfe && piece[1] === 0xff ? 'utf-16be' : 'utf-8'
}

/**
 * Marks lines that begin with `comment` as skipped and, if `joinsBlanks`, replaces each run of blanks by one space;
 * quoted text stays as it is. Pieces are returned as whole lines.
 */
export async function* editLines(
  pieces: AsyncIterable<string>,
  comment: string | undefined,
  joinsBlanks: boolean,
): AsyncGenerator<string> {
  let rest = ''
  let isQuoted = false
  const edit = (line: string) => {
    if (!isQuoted && comment !== undefined && line.trimStart().startsWith(comment)) return SKIPPED
    const hasQuotes = line.includes('"')
    const wasQuoted = isQuoted
    if (hasQuotes && (line.split('"').length - 1) % 2 === 1) isQuoted = !isQuoted
    return !joinsBlanks || hasQuotes || wasQuoted ? line : line.trim().replace(/[ \t]+/g, ' ')
  }
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n')
    rest = lines.pop()!
    if (lines.length > 0) yield `${lines.map(edit).join('\n')}\n`
  }
  if (rest) yield edit(rest)
}
