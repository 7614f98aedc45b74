// Run by Deno on the built package: processes the cases of a JSON file and writes the results as JSON.
import * as lloyd from '../../dist/index.js'
import { runClusterings, runSimd } from './run-clusterings.ts'
import { trainNetworks } from './train-networks.ts'

const { createEngine, describeRegions, quantize, segmentImage } = lloyd

const {
  images = [],
  segments = [],
  clusterings = [],
  networks = false,
  simd = false,
} = JSON.parse(await Deno.readTextFile(Deno.args[0]))
const engine = await createEngine({ backend: 'webgpu' })
const kernels = new Set()
const { run, traits } = engine
engine.run = (...dispatch) => {
  kernels.add(dispatch[0].kernel.name)
  run.apply(engine, dispatch)
}
// Recorded dispatches are bound by the same part of the engine.
const { dispatches } = engine
const { bind } = dispatches
dispatches.bind = (kernel, ...rest) => {
  kernels.add(kernel.name)
  return bind.call(dispatches, kernel, ...rest)
}
const plain = (array) => [...array]
const output = { adapter: engine.adapter, images: [], segments: [], clusterings: [] }
for (const { file, width, height, options, texture } of images) {
  const data = await Deno.readFile(file)
  const image = texture ? textureOf(data, width, height) : { data, width, height }
  const result = await (texture ? quantizeInto(image, options) : quantize(engine, image, options))
  const { palette, indices, mse, oklabMse, iterations } = result
  output.images.push({ palette: plain(palette), indices: plain(indices), mse, oklabMse, iterations })
}
// As on hardware, by kernels.
engine.traits = { ...traits, cheapAtomics: true }
for (const { file, width, height, options } of segments) {
  const { labels, regions } = await segmentImage(engine, { data: await Deno.readFile(file), width, height }, options)
  output.segments.push({ labels: plain(labels), regions: describeRegions(regions) })
}
engine.traits = traits
output.clusterings = await runClusterings(lloyd, engine, clusterings)
if (simd) output.simd = await runSimd(lloyd)
if (networks) output.networks = await trainNetworks(lloyd, engine)
console.log(JSON.stringify({ ...output, kernels: plain(kernels) }))
engine.destroy()

function textureOf(data, width, height) {
  const usage = GPUTextureUsage.COPY_SRC | GPUTextureUsage.COPY_DST
  const texture = engine.device.createTexture({ format: 'rgba8unorm', size: [width, height], usage })
  engine.device.queue.writeTexture({ texture }, data, { bytesPerRow: 4 * width }, [width, height])
  return texture
}

/** The indices, read from a texture. */
async function quantizeInto(image, options) {
  const { device } = engine
  const { width, height } = image
  const [format, pixelBytes] = options.colors > 256 ? ['r16uint', 2] : ['r8uint', 1]
  const usage = GPUTextureUsage.COPY_SRC | GPUTextureUsage.COPY_DST
  const texture = device.createTexture({ format, size: [width, height], usage })
  const result = await quantize(engine, image, { ...options, into: { indices: texture } })
  const bytesPerRow = Math.ceil((pixelBytes * width) / 256) * 256
  const buffer = device.createBuffer({
    size: bytesPerRow * height,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  })
  const encoder = device.createCommandEncoder()
  encoder.copyTextureToBuffer({ texture }, { buffer, bytesPerRow }, [width, height])
  device.queue.submit([encoder.finish()])
  await buffer.mapAsync(GPUMapMode.READ)
  const rows = buffer.getMappedRange()
  const row = (y) => new (pixelBytes === 1 ? Uint8Array : Uint16Array)(rows, y * bytesPerRow, width)
  const indices = Array.from({ length: height }, (_, y) => [...row(y)]).flat()
  return { ...result, indices }
}
