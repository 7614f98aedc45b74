import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'

/**
 * Writes thumbnails.webp, one row of tiles in the order of ATTRIBUTION.csv, so that the page does not download
 * 7 MB of photographs to show a strip of them. Run it again when the photographs change: `node demo/make-thumbnails.mjs`
 */
const WIDTH = 216
const HEIGHT = 144

const path = (name) => fileURLToPath(new URL(name, import.meta.url))
const files = readFileSync(path('photos/ATTRIBUTION.csv'), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.slice(0, line.indexOf(',')))

const tiles = await Promise.all(
  files.map(async (file, index) => ({
    input: await sharp(path(`photos/${file}`))
      .resize(WIDTH, HEIGHT, { position: 'attention' })
      .toBuffer(),
    left: index * WIDTH,
    top: 0,
  })),
)
await sharp({ create: { width: WIDTH * files.length, height: HEIGHT, channels: 3, background: '#000' } })
  .composite(tiles)
  .webp({ quality: 72 })
  .toFile(path('thumbnails.webp'))
