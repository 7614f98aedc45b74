// Run by Deno on the built package: does what the JSON file says and writes what came out as JSON.
import { assign, createEngine, distances, kmeans, quantize } from '../../dist/index.js'

const { images = [], clusterings = [] } = JSON.parse(await Deno.readTextFile(Deno.args[0]))
const engine = await createEngine({ backend: 'webgpu' })
const plain = (array) => [...array]
const output = { adapter: engine.adapter, images: [], clusterings: [] }
for (const { file, width, height, options } of images) {
  const data = await Deno.readFile(file)
  const { palette, indices, mse, oklabMse, iterations } = await quantize(engine, { data, width, height }, options)
  output.images.push({ palette: plain(palette), indices: plain(indices), mse, oklabMse, iterations })
}
for (const { points, options } of clusterings) {
  const { centroids, labels, inertia, iterations, converged, sizes } = await kmeans(engine, points, options)
  output.clusterings.push({
    centroids: plain(centroids.data),
    labels: plain(labels),
    inertia,
    iterations,
    converged,
    sizes: plain(sizes),
    again: plain(await assign(engine, points, centroids)),
    distances: plain((await distances(engine, points, centroids)).data),
  })
}
console.log(JSON.stringify(output))
engine.destroy()
