import { superpixelGrid, superpixelTiles } from '../../../src/color/segments/superpixel-grid.js'
import { transfer } from '../../../src/kernels/color/space/transfer.js'
import { assignSuperpixels } from '../../../src/kernels/segments/assign-superpixels.js'
import { packPixels } from '../../../src/kernels/segments/pack-pixels.js'
import { placeCenters } from '../../../src/kernels/segments/place-centers.js'
import { CENTER_WORDS, SUM_WORDS } from '../../../src/kernels/segments/superpixel.js'
import { updateSuperpixels } from '../../../src/kernels/segments/update-superpixels.js'
import { anything, imagePixels } from '../colors'
import { integers, samplesOf } from '../sample'

type Random = () => number

/** Images of cells of one pixel, of less than a workgroup, of several tiles, and of unequal sides. */
const IMAGES = [
  { width: 1, height: 1, segments: 1, compactness: 10 },
  { width: 7, height: 5, segments: 35, compactness: 10 },
  { width: 1, height: 300, segments: 3, compactness: 1 },
  { width: 131, height: 90, segments: 1, compactness: 40 },
  { width: 70, height: 61, segments: 30, compactness: 10 },
  { width: 97, height: 64, segments: 12, compactness: 100 },
]

/** The words of an image. */
function wordsOf(random: Random, pixelCount: number, ALPHA: boolean): Uint32Array {
  const words = new Uint32Array(pixelCount)
  const pixels = imagePixels(random, pixelCount, ALPHA)
  packPixels.twin({ first: 0, pixelCount }, { pixels, transfer, words }, { ALPHA })
  return words
}

/** An image with its first centres. */
function superpixelsOf(random: Random, image: (typeof IMAGES)[number], ALPHA: boolean) {
  const { width, height, segments, compactness } = image
  const grid = superpixelGrid(width, height, segments, compactness)
  const words = wordsOf(random, width * height, ALPHA)
  const cells = grid.columns * grid.rows
  const centers = new Uint32Array(CENTER_WORDS * cells)
  placeCenters.twin(grid, { words, centers }, { ALPHA })
  return { grid, cells, buffers: { words, centers, sums: new Uint32Array(SUM_WORDS * cells) } }
}

export default [
  samplesOf(packPixels, {
    agreement: 'exact',
    samples: (random, { ALPHA }) =>
      [1, 64, 65, 700].map((pixelCount) => ({
        parameters: { first: 3, pixelCount },
        buffers: { pixels: imagePixels(random, pixelCount, ALPHA), transfer, words: anything(random, pixelCount + 4) },
      })),
  }),
  samplesOf(placeCenters, {
    agreement: 'exact',
    samples: (random, { ALPHA }) =>
      IMAGES.map((image) => {
        const { grid, buffers } = superpixelsOf(random, image, ALPHA)
        return { parameters: grid, buffers: { ...buffers, centers: anything(random, buffers.centers.length + 1) } }
      }),
  }),
  samplesOf(assignSuperpixels, {
    agreement: 'exact',
    samples: (random, { ALPHA }) =>
      IMAGES.flatMap((image) => {
        const { grid, cells, buffers } = superpixelsOf(random, image, ALPHA)
        // Sums whose low words overflow.
        const sums = buffers.sums.map((_, word) =>
          word % SUM_WORDS > 0 && (word % SUM_WORDS) % 2 === 1 ? 2 ** 32 - 1 : 2,
        )
        const labels = anything(random, image.width * image.height)
        const tileRows = grid.rows * superpixelTiles(grid, { narrowWorkgroups: true }).tilesDown
        const half = Math.ceil(tileRows / 2)
        return [
          { firstTileRow: 0, tileRows },
          { firstTileRow: half - 1, tileRows: tileRows - half + 1 },
        ].map((range, index) => {
          const { workgroupSize, ...tiles } = superpixelTiles(grid, { narrowWorkgroups: index > 0 })
          return {
            parameters: { ...grid, ...tiles, ...range },
            buffers: { ...buffers, sums: index ? sums : new Uint32Array(SUM_WORDS * cells), labels },
            workgroupSize,
          }
        })
      }),
  }),
  samplesOf(updateSuperpixels, {
    agreement: 'exact',
    samples: (random, { ALPHA }) =>
      [1, 64, 65].flatMap((centerCount) =>
        [2, 4].map((fraction) => {
          const sums = new Uint32Array(SUM_WORDS * centerCount)
          for (let k = 0; k < centerCount; k++) {
            // Up to 100 megapixels, whose fields are below 2¹¹ and places below 2¹⁶.
            const n = k % 5 === 3 ? 0 : Math.floor(random() * [2, 100, 1e5, 1e8][k % 4])
            sums[SUM_WORDS * k] = n
            for (let word = 0; word < CENTER_WORDS; word++) {
              const most = word < 4 ? (ALPHA ? (word === 3 ? 124 : 498) : word === 3 ? 0 : 1992) : 65535
              const sum = Math.floor(n * most * (k % 7 === 5 ? 1 : random()))
              sums[SUM_WORDS * k + 1 + 2 * word] = sum % 2 ** 32
              sums[SUM_WORDS * k + 2 + 2 * word] = Math.floor(sum / 2 ** 32)
            }
          }
          return {
            parameters: { centerCount, fraction },
            buffers: { sums, centers: integers(random, CENTER_WORDS * centerCount, 2 ** 15) },
          }
        }),
      ),
  }),
]
