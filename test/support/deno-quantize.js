// Run by Deno: quantizes a raw RGBA image from the built package and writes what came out as JSON.
import { createEngine, quantize } from '../../dist/index.js'

const [file, width, height] = Deno.args
const image = { data: await Deno.readFile(file), width: Number(width), height: Number(height) }
const engine = await createEngine({ backend: 'webgpu' })
const results = []
for (const colors of [2, 16, 256]) {
  const { palette, indices, mse, iterations } = await quantize(engine, image, { colors })
  results.push({ colors, palette: [...palette], indices: [...indices], mse, iterations })
}
console.log(JSON.stringify({ adapter: engine.adapter, results }))
engine.destroy()
