import { describeArgument, LloydError } from '../engine/error.js'

/** The contents of a file in memory: any view of bytes, or a buffer. */
export type FileBytes = ArrayBufferView | ArrayBufferLike

/** A view of the bytes, or a copy of shared memory, which text decoders refuse. */
export function toBytes(caller: string, file: FileBytes): Uint8Array {
  // By name: buffers of another realm are not instances of this realm's classes.
  const kind = Object.prototype.toString.call(file)
  const shared = (buffer: ArrayBufferLike) => Object.prototype.toString.call(buffer) === '[object SharedArrayBuffer]'
  if (ArrayBuffer.isView(file)) {
    const bytes = new Uint8Array(file.buffer, file.byteOffset, file.byteLength)
    return shared(file.buffer) ? Uint8Array.from(bytes) : bytes
  }
  if (kind === '[object ArrayBuffer]') return new Uint8Array(file)
  if (kind === '[object SharedArrayBuffer]') return Uint8Array.from(new Uint8Array(file))
  const got = describeArgument(file)
  throw new LloydError('InputError', `${caller} takes the bytes of a file as a Uint8Array or ArrayBuffer, got ${got}`)
}
