import { concatenate } from '../concatenate.js'

/*
 * Encoder for the part of the protocol buffers wire format that is written here: a field is a key, number · 8 + wire
 * type, followed by a value. Source: protobuf.dev/programming-guides/encoding.
 */

const VARINT = 0
const LENGTH_DELIMITED = 2
const FIXED32 = 5

/** A field with a non-negative integer or enumerator. */
export function integerField(number: number, value: number): Uint8Array {
  return Uint8Array.from([...varint(number * 8 + VARINT), ...varint(value)])
}

export function floatField(number: number, value: number): Uint8Array {
  const bits = new Uint8Array(4)
  new DataView(bits.buffer).setFloat32(0, value, true)
  return Uint8Array.from([...varint(number * 8 + FIXED32), ...bits])
}

/** A field with bytes, or with the fields of a nested message. */
export function bytesField(number: number, ...bytes: readonly Uint8Array[]): Uint8Array {
  const length = bytes.reduce((sum, part) => sum + part.length, 0)
  return concatenate([Uint8Array.from([...varint(number * 8 + LENGTH_DELIMITED), ...varint(length)]), ...bytes])
}

export function textField(number: number, text: string): Uint8Array {
  return bytesField(number, new TextEncoder().encode(text))
}

/** A variable-length integer: seven bits a byte, lowest first; the eighth bit is set in every byte but the last. */
function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  bytes.push(rest)
  return bytes
}
