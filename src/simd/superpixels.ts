import type { SimdImplementation } from '../engine/host/simd-engine.js'
import type { assignSuperpixels } from '../kernels/segments/assign-superpixels.js'
import type { packPixels } from '../kernels/segments/pack-pixels.js'
import { partStart, SLOTS } from '../kernels/segments/superpixel.js'

/** Multiply-adds of a pixel. */
const WORK = 64
/** Maximum number of cells whose sums are added up together, and the bytes of a cell's. */
const BLOCK = 4096
const CELL_BYTES = 56 * SLOTS
/** Bytes of a thread, as `assembly/superpixels.ts` divides them. */
const SCRATCH_BYTES = 960 + 256 * 16 * SLOTS

export const packPixelsSimd: SimdImplementation<typeof packPixels> = (host, { first, pixelCount }, at, flags) => {
  const items = { first: 0, end: pixelCount, work: WORK, align: 4 }
  host.share('packWords', items, 32, at.pixels, at.transfer, at.words + 4 * first, flags.ALPHA ? 1 : 0)
}

export const assignSuperpixelsSimd: SimdImplementation<typeof assignSuperpixels> = (host, parameters, at, flags) => {
  const { width, height, columns, rows, tilesDown, firstTileRow, tileRows, fraction } = parameters
  const top = partStart(firstTileRow, height, rows * tilesDown)
  const bottom = partStart(firstTileRow + tileRows, height, rows * tilesDown)
  const firstCell = Math.floor(firstTileRow / tilesDown) * columns
  const endCell = Math.ceil((firstTileRow + tileRows) / tilesDown) * columns
  const work = (WORK * width * (bottom - top)) / Math.max(1, endCell - firstCell)
  const labels = flags.LABELS ? at.labels : 0
  const places = [fraction, parameters.placeScale, parameters.placeShift, flags.ALPHA ? 1 : 0]
  const size = flags.LABELS ? endCell - firstCell : BLOCK
  host.scratch(flags.LABELS ? 8 : CELL_BYTES * Math.min(BLOCK, endCell - firstCell), (address) => {
    for (let first = firstCell; first < endCell; first += size) {
      const end = Math.min(endCell, first + size)
      const partials = address - CELL_BYTES * first
      const buffers = [at.words, at.centers, labels, partials]
      const shape = [width, height, columns, rows, top, bottom]
      host.share('assignCells', { first, end, work, align: 1 }, SCRATCH_BYTES, ...buffers, ...shape, ...places)
      if (!flags.LABELS) host.exports.addCells(partials, at.sums, first, end, columns, rows)
    }
  })
}
