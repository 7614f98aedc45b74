/** A segment of a JPEG file before its pixels: the second byte of its marker, and its data without the length. */
export interface JpegSegment {
  marker: number
  data: Uint8Array
}

const START_OF_SCAN = 0xda

/** The segments of a JPEG file up to its pixels, or to where it is cut short. */
export function jpegSegments(jpeg: Uint8Array): JpegSegment[] {
  const segments: JpegSegment[] = []
  for (let at = 2; at + 4 <= jpeg.length && jpeg[at] === 0xff; ) {
    const marker = jpeg[at + 1]
    // Any number of 0xff may fill the space before a marker.
    if (marker === 0xff) {
      at++
      continue
    }
    const length = (jpeg[at + 2] << 8) | jpeg[at + 3]
    if (marker === START_OF_SCAN || length < 2 || at + 2 + length > jpeg.length) break
    segments.push({ marker, data: jpeg.subarray(at + 4, at + 2 + length) })
    at += 2 + length
  }
  return segments
}
