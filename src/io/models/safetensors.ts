import { LloydError } from '../../engine/error.js'

/** Longest header that readers accept, in bytes. */
const MAX_HEADER = 100_000_000
/** Alignment of the first tensor, in bytes. */
const ALIGNMENT = 8
const METADATA = '__metadata__'

/** Bytes per element, by the format's name of the type. */
const ELEMENT_BYTES: Record<string, number> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
}

/** A tensor as stored in a file: row-major, little-endian. */
export interface StoredTensor {
  /** Element type, such as `F32`. */
  type: string
  shape: readonly number[]
  bytes: Uint8Array
}

export interface Safetensors {
  metadata: Record<string, string>
  tensors: Map<string, StoredTensor>
}

/**
 * Encodes a file in the safetensors format: the length of the header (8 bytes, little-endian), the header (JSON in
 * UTF-8, padded with spaces), and the tensors one after another without gaps. Source:
 * github.com/huggingface/safetensors.
 */
export function encodeSafetensors({ metadata, tensors }: Safetensors): Uint8Array<ArrayBuffer> {
  const header: [string, unknown][] = [[METADATA, metadata]]
  let end = 0
  for (const [name, { type, shape, bytes }] of tensors) {
    header.push([name, { dtype: type, shape, data_offsets: [end, end + bytes.length] }])
    end += bytes.length
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)))
  const headerBytes = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT
  const file = new Uint8Array(8 + headerBytes + end)
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true)
  file.fill(0x20, 8, 8 + headerBytes)
  file.set(json, 8)
  let at = 8 + headerBytes
  for (const { bytes } of tensors.values()) {
    file.set(bytes, at)
    at += bytes.length
  }
  return file
}

/** Decodes a file; tensors are views of `file`. Throws a `FormatError` for anything that the format does not allow. */
export function decodeSafetensors(file: Uint8Array): Safetensors {
  const { header, data } = splitHeader(file)
  const metadata = readMetadata(header[METADATA])
  const entries = Object.entries(header)
    .filter(([name]) => name !== METADATA)
    .map(([name, entry]) => ({ name, ...readEntry(name, entry) }))
    .sort((a, b) => a.begin - b.begin || a.end - b.end)
  let end = 0
  for (const entry of entries) {
    if (entry.begin !== end) {
      const what = entry.begin < end ? 'overlaps the tensor before it' : 'leaves a gap after the tensor before it'
      throw fault(`'${entry.name}' at bytes ${entry.begin} to ${entry.end} ${what}, which ends at ${end}`)
    }
    end = entry.end
    if (end > data.length) throw fault(`'${entry.name}' ends at byte ${end} of ${data.length}: the file is cut short`)
  }
  if (end < data.length) throw fault(`${data.length - end} bytes after the last tensor belong to none`)
  const tensors = entries.map(
    ({ name, type, shape, begin, end }) => [name, { type, shape, bytes: data.subarray(begin, end) }] as const,
  )
  return { metadata, tensors: new Map(tensors) }
}

function splitHeader(file: Uint8Array): { header: Record<string, unknown>; data: Uint8Array } {
  if (file.length < 10) throw fault(`${file.length} bytes are too few for a header`)
  const length = new DataView(file.buffer, file.byteOffset, file.length).getBigUint64(0, true)
  if (length > BigInt(MAX_HEADER)) {
    throw fault(`its first 8 bytes announce a header of ${length} bytes, and at most ${MAX_HEADER} are allowed`)
  }
  const headerBytes = Number(length)
  if (headerBytes > file.length - 8) {
    throw fault(`a header of ${headerBytes} bytes does not fit a file of ${file.length}: it is cut short`)
  }
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file.subarray(8, 8 + headerBytes)))
  } catch (error) {
    throw fault('its header is not JSON', error)
  }
  if (!isRecord(header)) throw fault('its header is not a JSON object')
  return { header, data: file.subarray(8 + headerBytes) }
}

function readMetadata(metadata: unknown): Record<string, string> {
  if (metadata === undefined) return {}
  if (!isRecord(metadata)) throw fault(`${METADATA} is not an object`)
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value !== 'string') throw fault(`${METADATA} has '${key}', which is not a string`)
  }
  return metadata as Record<string, string>
}

function readEntry(name: string, entry: unknown) {
  if (!isRecord(entry)) throw fault(`'${name}' is not an object`)
  const { dtype: type, shape, data_offsets: offsets } = entry
  if (typeof type !== 'string' || !Object.hasOwn(ELEMENT_BYTES, type)) {
    throw fault(`'${name}' has the unknown dtype ${JSON.stringify(type)}`)
  }
  if (!isSizes(shape)) throw fault(`'${name}' has the shape ${JSON.stringify(shape)}, not a list of integers`)
  if (!isSizes(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) {
    throw fault(`'${name}' has the data_offsets ${JSON.stringify(offsets)}, not [begin, end]`)
  }
  const [begin, end] = offsets
  const bytes = shape.reduce((product, side) => product * side, ELEMENT_BYTES[type])
  if (end - begin !== bytes) {
    throw fault(`'${name}' has ${end - begin} bytes; ${type} of shape [${shape}] needs ${bytes}`)
  }
  return { type, shape, begin, end }
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function fault(what: string, cause?: unknown): LloydError {
  return new LloydError('FormatError', `this is not a safetensors file, or is a damaged one: ${what}`, { cause })
}
