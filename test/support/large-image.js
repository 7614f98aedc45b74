// Run by Node on the built package: quantizes a synthetic image and writes, as JSON, the growth of the process' memory,
// from before the image was created to its peak, in images. A software adapter's memory is the process'.
import { createEngine, quantize } from '../../dist/node.js'

const { backend, width, height, alpha = false, ...options } = JSON.parse(process.argv[2])
const engine = await createEngine({ backend })
// The driver and the pipelines are loaded before.
const small = Uint8Array.from({ length: 4 * 64 * 64 }, (_, i) => (i % 4 === 3 && !alpha ? 255 : i * 7))
await quantize(engine, { data: small, width: 64, height: 64 }, { ...options, colors: 4 })
globalThis.gc()
const start = process.memoryUsage.rss()

const words = new Uint32Array(width * height)
for (let y = 0, i = 0; y < height; y++) {
  for (let x = 0; x < width; x++, i++) {
    const [r, g, b] = [((x * 255) / width) | 0, ((y * 255) / height) | 0, ((x ^ y) >> 3) & 255]
    const a = alpha ? (x >> 4) & 255 : 255
    words[i] = r | (g << 8) | (b << 16) | (a << 24)
  }
}
const image = { data: new Uint8Array(words.buffer), width, height }
const { uniqueColors } = await quantize(engine, image, { maxIterations: 3, ...options })
const peak = (1024 * process.resourceUsage().maxRSS - start) / image.data.length
console.log(JSON.stringify({ uniqueColors, peak }))
engine.destroy()
