/**
 * Regions of a photograph: node segment-image.mjs photo.jpg [regions.png] (in Node, with the packages webgpu and sharp).
 *
 * Divides the photograph into superpixels, draws their boundaries, and describes the one in the middle. The last lines
 * list the largest connected parts of eight colours, with their colour and place.
 */
import { writeFile } from 'node:fs/promises'
import { createEngine, describeRegions, drawBoundaries, encodePng, readImage, segmentImage } from 'lloyd'

const [photo, output = 'regions.png'] = process.argv.slice(2)
if (!photo) throw new Error('name a photograph: node segment-image.mjs photo.jpg')
const image = await readImage(photo) // { data, width, height }; in a page, an ImageData, ImageBitmap or GPUTexture
const engine = await createEngine()

// About 400 regions of about equal size. A higher compactness makes them squarer, a lower one more exact at edges.
const superpixels = await segmentImage(engine, image, { segments: 400, compactness: 10 })
await writeFile(output, await encodePng(drawBoundaries(image, superpixels)))
console.log(`${superpixels.regions.count} superpixels in ${output}`)

// labels[y * width + x] is the region of a pixel; regions has typed arrays, and describeRegions an object for each.
const { labels, width, height } = superpixels
const middle = labels[(height >> 1) * width + (width >> 1)]
const { area, color, neighbors } = describeRegions(superpixels.regions)[middle]
console.log(
  `in the middle: region ${middle} of ${area} pixels, colour ${color.slice(0, 3)}, ${neighbors.length} neighbours`,
)

// Regions of any size: the connected parts of eight colours, where parts below 0.1 % of the image join a neighbour.
const parts = await segmentImage(engine, image, { k: 8, minArea: Math.ceil((width * height) / 1000) })
const largest = describeRegions(parts.regions).sort((a, b) => b.area - a.area)
for (const { area, color, centroid } of largest.slice(0, 3)) {
  const share = ((100 * area) / (width * height)).toFixed(1)
  console.log(`${share} % in colour ${color.slice(0, 3)} around ${Math.round(centroid.x)}, ${Math.round(centroid.y)}`)
}
engine.destroy()
