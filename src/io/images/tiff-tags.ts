/** The colour model and the compression of a TIFF. */
export interface TiffTags {
  /** Photometric interpretation; 0: white is 0, 1: black is 0, 2: RGB, 6: YCbCr … */
  photometric?: number
  /** Compression; 1: none, 6 and 7: JPEG … */
  compression?: number
}

const COMPRESSION = 259
const PHOTOMETRIC = 262

/** Reads the first directory of a TIFF file; empty for a BigTIFF or a damaged file. */
export function readTiffTags(file: Uint8Array): TiffTags {
  const order = String.fromCharCode(...file.subarray(0, 4))
  if (order !== 'II*\0' && order !== 'MM\0*') return {}
  const little = order.startsWith('II')
  const view = new DataView(file.buffer, file.byteOffset, file.length)
  const tags = new Map<number, number>()
  try {
    const directory = view.getUint32(4, little)
    for (let entry = 0; entry < view.getUint16(directory, little); entry++) {
      const at = directory + 2 + 12 * entry
      tags.set(view.getUint16(at, little), view.getUint16(at + 8, little))
    }
  } catch {
    return {}
  }
  return { photometric: tags.get(PHOTOMETRIC), compression: tags.get(COMPRESSION) }
}
