/** The positions of the points at any time: ten clouds that move, pulsate and rotate. */

export const BLOBS = 10 // as in points.wgsl
export const BLOB_WORDS = 8

/** Half the visible world; the shorter side is 1. */
export function extentOf(width: number, height: number): [x: number, y: number] {
  const least = Math.min(width, height)
  return [width / least, height / least]
}

/**
 * Radius of a point, in device pixels. The discs would cover about a third of the canvas, if they did not overlap, until
 * they reach their smallest size.
 */
export function radiusOf(width: number, height: number, points: number, ratio: number): number {
  return Math.min(4 * ratio, Math.max(0.7, 0.34 * Math.sqrt((width * height) / points)))
}

/** Radius of a centroid's mark, in CSS pixels. */
export const MARK_RADIUS = 10

/** All blobs in sequence. */
export function blobsAt(time: number, x: number, y: number): Float32Array {
  const words = new Float32Array(BLOBS * BLOB_WORDS)
  for (let blob = 0; blob < BLOBS; blob++) words.set(blobAt(blob, time, x, y), BLOB_WORDS * blob)
  return words
}

/** A blob as points.wgsl has it: centre, two axes and spin. Host sines are exact for any time; a GPU's need not be. */
function blobAt(blob: number, time: number, x: number, y: number): number[] {
  if (blob === 0) {
    // A thin haze over everything, in which the borders between clusters show.
    const spin = 0.05 * time
    return [0, 0, 0.46 * x, 0, 0, 0.46 * y, Math.cos(spin), Math.sin(spin)]
  }
  const phase = 2.4 * blob
  const tilt = phase + 0.11 * time * (blob % 2 ? 1 : -1)
  const spin = 0.25 * time * (blob % 3 ? 1 : -1)
  const breath = 1 + 0.25 * Math.sin(0.4 * time + phase)
  const across = (0.1 + 0.012 * blob) * breath
  const along = (0.15 - 0.008 * blob) / breath
  return [
    0.68 * x * Math.sin((0.1 + 0.017 * blob) * time + 1.7 * phase),
    0.66 * y * Math.cos((0.13 + 0.011 * ((4 * blob) % 9)) * time + phase),
    across * Math.cos(tilt),
    across * Math.sin(tilt),
    -along * Math.sin(tilt),
    along * Math.cos(tilt),
    Math.cos(spin),
    Math.sin(spin),
  ]
}
