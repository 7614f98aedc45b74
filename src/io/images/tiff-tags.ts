/** The structure of TIFF files and EXIF data: directories of numbered tags. */
export interface Tiff {
  view: DataView
  littleEndian: boolean
  /** Offset of the first directory. */
  first: number
}

export interface Tag {
  type: number
  count: number
  /** Offset of the value. */
  at: number
}

export interface Directory {
  tags: Map<number, Tag>
  /** Offset of the field that holds the offset of the next directory. */
  nextAt: number
}

/** The colour model and the compression of a TIFF. */
export interface TiffTags {
  /** Photometric interpretation; 0: white is 0, 1: black is 0, 2: RGB, 6: YCbCr … */
  photometric?: number
  /** Compression; 1: none, 6 and 7: JPEG … */
  compression?: number
}

const [COMPRESSION, PHOTOMETRIC] = [259, 262]
const [SHORT, LONG, RATIONAL] = [3, 4, 5]
/** Bytes per value, by type; 0 for unknown types. */
const SIZES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8]

/** Opens a TIFF structure; null for other data. */
export function openTiff(bytes: Uint8Array): Tiff | null {
  if (bytes.length < 8) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const littleEndian = view.getUint16(0) === 0x4949
  if (!littleEndian && view.getUint16(0) !== 0x4d4d) return null
  if (view.getUint16(2, littleEndian) !== 42) return null
  return { view, littleEndian, first: view.getUint32(4, littleEndian) }
}

/** The directory at `offset`; null where it is out of range. Tags whose values are out of range are left out. */
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

/** The first number of a tag; null where the tag is missing or not a number. */
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

/** Replaces the 16-bit or 32-bit number of a tag. */
export function setNumber({ view, littleEndian }: Tiff, tag: Tag | undefined, value: number): void {
  if (tag?.type === SHORT) view.setUint16(tag.at, value, littleEndian)
  else if (tag?.type === LONG) view.setUint32(tag.at, value, littleEndian)
}

/** The colour model and compression in the first directory of a TIFF file; empty for a BigTIFF or a damaged file. */
export function readTiffTags(file: Uint8Array): TiffTags {
  const tiff = openTiff(file)
  const tags = tiff && readDirectory(tiff, tiff.first)?.tags
  if (!tags) return {}
  const read = (tag: number) => numberOf(tiff, tags.get(tag)) ?? undefined
  return { photometric: read(PHOTOMETRIC), compression: read(COMPRESSION) }
}
