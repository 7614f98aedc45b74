// The program that every consumer bundles or runs: one line of text that must be the same everywhere.
import { createEngine, encodeGif, encodePng, kmeans, LloydError, quantize } from 'lloyd'

export async function answer(backend) {
  const engine = await createEngine({ backend })
  const image = gradient(61, 37)
  const plain = await quantize(engine, image, { colors: 16 })
  const dithered = await quantize(engine, image, { colors: 16, dither: 'floyd-steinberg', palette: plain.palette })
  const files = [await encodePng(dithered), await encodeGif([plain, dithered], { delay: 100 })]
  const points = Array.from({ length: 60 }, (_, i) => [(i % 3) * 50 + (i % 7), (i % 3) * 20 + (i % 5)])
  const { labels, inertia, iterations } = await kmeans(engine, points, { k: 3, init: points.slice(0, 3) })
  const refused = await quantize(engine, image, { colors: 0 }).catch(
    (error) => error instanceof LloydError && error.code,
  )
  engine.destroy()
  const bytes = [plain.palette, plain.indices, dithered.indices, ...files, labels].map(hash)
  // Points are floats, which may differ in their last bit from one executor to another.
  const rounded = Number(inertia.toPrecision(6))
  return JSON.stringify({ bytes, sizes: files.map(({ length }) => length), inertia: rounded, iterations, refused })
}

/** Smooth, clear in a corner, and of many colours. */
function gradient(width, height) {
  const data = new Uint8ClampedArray(4 * width * height)
  for (let i = 0; i < width * height; i++) {
    const x = i % width
    const y = (i - x) / width
    data.set([4 * x, 6 * y, (x * y) % 256, x + y < 20 ? 0 : 255], 4 * i)
  }
  return { data, width, height }
}

/** FNV-1a. */
function hash(array) {
  let value = 0x811c9dc5
  for (const byte of new Uint8Array(array.buffer, array.byteOffset, array.byteLength)) {
    value = Math.imul(value ^ byte, 0x01000193) >>> 0
  }
  return value
}
