import { describeArgument, LloydError } from '../engine/error.js'

/** The content of a file in memory: any view of bytes, or a buffer. */
export type FileBytes = ArrayBufferView | ArrayBufferLike

/** The bytes themselves; a copy where they are shared memory, which decoders of text refuse. */
export function toBytes(caller: string, file: FileBytes): Uint8Array {
  // By name: buffers of another realm are no instances of this one's classes.
  const kind = Object.prototype.toString.call(file)
  const shared = (buffer: ArrayBufferLike) => Object.prototype.toString.call(buffer) === '[object SharedArrayBuffer]'
  if (ArrayBuffer.isView(file)) {
    const bytes = new Uint8Array(file.buffer, file.byteOffset, file.byteLength)
    return shared(file.buffer) ? Uint8Array.from(bytes) : bytes
  }
  if (kind === '[object ArrayBuffer]') return new Uint8Array(file)
  if (kind === '[object SharedArrayBuffer]') return Uint8Array.from(new Uint8Array(file))
  const got = describeArgument(file)
  throw new LloydError('InputError', `${caller} takes the bytes of a file, a Uint8Array or ArrayBuffer, got ${got}`)
}
