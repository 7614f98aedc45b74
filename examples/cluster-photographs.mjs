/**
 * Photographs that look alike: node cluster-photographs.mjs folder [sheets] (in Node, with the package sharp; webgpu makes
 * it faster). `lloyd photos folder -o page.html` does the same, and writes a page.
 *
 * Reads the photographs of a folder one after another, groups them by their colours, names each group in words and draws its
 * contact sheet: the most typical photograph first.
 */
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { clusterImages, contactSheet, createEngine, encodePng, readImage, thumbnail } from 'lloyd'

const [folder, sheets = '.'] = process.argv.slice(2)
if (!folder) throw new Error('name a folder: node cluster-photographs.mjs photos')
const names = (await readdir(folder)).filter((name) => /\.(jpe?g|png|webp|avif|gif|tiff?)$/i.test(name)).sort()

// One photograph is in memory at a time; only its thumbnail is kept. In a page, give ImageBitmaps or canvases.
const files = []
const thumbnails = []
async function* photographs() {
  for (const name of names) {
    const image = await readImage(join(folder, name)).catch(({ message }) => console.error(`left out: ${message}`))
    if (!image) continue
    files.push(name)
    thumbnails.push(thumbnail(image))
    yield image
  }
}

const engine = await createEngine()
const { clusters, choice, distances } = await clusterImages(engine, photographs()) // { k: 5 } for five groups
engine.destroy()

console.log(choice.reason)
for (const { label, name, sentence, images } of clusters) {
  console.log(`\n${name}\n  ${sentence}`)
  for (const at of images.slice(0, 3)) console.log(`  ${files[at]}, at ${distances[at].toFixed(2)}`)
  const sheet = join(sheets, `cluster-${label}.png`)
  await writeFile(sheet, await encodePng(contactSheet(images.map((at) => thumbnails[at]))))
  console.log(`  ${sheet}`)
}
