/** The structure of TIFF files, in which EXIF is written too: directories of numbered tags. */
export interface Tiff {
  view: DataView
  littleEndian: boolean
  /** Where the first directory is. */
  first: number
}

export interface Tag {
  type: number
  count: number
  /** Where its value is. */
  at: number
}

export interface Directory {
  tags: Map<number, Tag>
  /** Where the place of the next directory is written. */
  nextAt: number
}

const [SHORT, LONG, RATIONAL] = [3, 4, 5]
/** Bytes of a value by type; 0 for unknown ones. */
const SIZES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8]

/** null for what is no TIFF structure. */
export function openTiff(bytes: Uint8Array): Tiff | null {
  if (bytes.length < 8) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const littleEndian = view.getUint16(0) === 0x4949
  if (!littleEndian && view.getUint16(0) !== 0x4d4d) return null
  if (view.getUint16(2, littleEndian) !== 42) return null
  return { view, littleEndian, first: view.getUint32(4, littleEndian) }
}

/** The directory at `offset`; null where the bytes hold none. Tags whose values lie outside are left out. */
export function readDirectory({ view, littleEndian }: Tiff, offset: number): Directory | null {
  if (offset < 8 || offset + 2 > view.byteLength) return null
  const count = view.getUint16(offset, littleEndian)
  const nextAt = offset + 2 + 12 * count
  if (nextAt + 4 > view.byteLength) return null
  const tags = new Map<number, Tag>()
  for (let entry = offset + 2; entry < nextAt; entry += 12) {
    const type = view.getUint16(entry + 2, littleEndian)
    const valueCount = view.getUint32(entry + 4, littleEndian)
    const size = (SIZES[type] ?? 0) * valueCount
    const at = size <= 4 ? entry + 8 : view.getUint32(entry + 8, littleEndian)
    if (size > 0 && at + size <= view.byteLength) {
      tags.set(view.getUint16(entry, littleEndian), { type, count: valueCount, at })
    }
  }
  return { tags, nextAt }
}

/** The first number of a tag; null where it is missing or none. */
export function numberOf({ view, littleEndian }: Tiff, tag: Tag | undefined): number | null {
  switch (tag?.type) {
    case SHORT:
      return view.getUint16(tag.at, littleEndian)
    case LONG:
      return view.getUint32(tag.at, littleEndian)
    case RATIONAL:
      return view.getUint32(tag.at, littleEndian) / view.getUint32(tag.at + 4, littleEndian)
    default:
      return null
  }
}

/** Puts another number where a tag has one of 16 or 32 bits. */
export function setNumber({ view, littleEndian }: Tiff, tag: Tag | undefined, value: number): void {
  if (tag?.type === SHORT) view.setUint16(tag.at, value, littleEndian)
  else if (tag?.type === LONG) view.setUint32(tag.at, value, littleEndian)
}
