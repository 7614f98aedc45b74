import source from '../../../shaders/segments/assign-superpixels.wgsl?raw'
import wordSource from '../../../shaders/segments/superpixel.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { addU64 } from '../color/space/color.js'
import {
  CENTER_WORDS,
  fieldOf,
  fractionOf,
  PLACE_BITS,
  partStart,
  SLOTS,
  SUM_WORDS,
  type WordFlags,
} from './superpixel.js'

/**
 * The superpixel of each pixel in `tileRows` rows of tiles from `firstTileRow` on, added to its superpixel's sums or
 * (LABELS) written as its label. The image is cut into `columns` × `rows` cells, one for each centre, and a cell into
 * `tilesAcross` × `tilesDown` tiles, of at most 64 pixels down and no more pixels across than the workgroup has threads.
 * A place in 2^-PLACE_BITS pixels counts as ⌊place · `placeScale` / 2^`placeShift`⌋ units of a centre's colour.
 */
export const assignSuperpixels = /* @__PURE__ */ defineKernel({
  name: 'assign-superpixels',
  sources: [gridSource, wordSource, source],
  parameters: {
    width: 'u32',
    height: 'u32',
    columns: 'u32',
    rows: 'u32',
    tilesAcross: 'u32',
    tilesDown: 'u32',
    firstTileRow: 'u32',
    tileRows: 'u32',
    fraction: 'u32',
    placeScale: 'u32',
    placeShift: 'u32',
  },
  bindings: {
    words: 'read u32',
    centers: 'read u32',
    sums: 'read_write atomic<u32>',
    labels: 'read_write u32',
  },
  words: { CENTER_WORDS, SUM_WORDS, PLACE_BITS, SLOTS },
  flags: { ALPHA: false, LABELS: false },
  registerLoops: false,
  workgroupSize: 64,
  workgroups: ({ columns, tilesAcross, tileRows }) => columns * tilesAcross * tileRows,
  twin(shape, { words, centers, sums, labels }, { ALPHA, LABELS }) {
    const { width, height, columns, rows, tilesDown, firstTileRow, tileRows } = shape
    const top = partStart(firstTileRow, height, rows * tilesDown)
    const bottom = partStart(firstTileRow + tileRows, height, rows * tilesDown)
    const found = new Uint32Array(width)
    for (let row = Math.floor(firstTileRow / tilesDown); row < (firstTileRow + tileRows) / tilesDown; row++) {
      const from = Math.max(top, partStart(row, height, rows))
      const to = Math.min(bottom, partStart(row + 1, height, rows))
      for (let column = 0; column < columns; column++) {
        const around = centersAround(shape, centers, row, column)
        const end = partStart(column + 1, width, columns)
        for (let y = from; y < to; y++) {
          const line = words.subarray(y * width + around.left, y * width + end)
          nearestSlots(line, y - around.top, around, found, { ALPHA })
          if (LABELS) for (let i = 0; i < line.length; i++) labels[y * width + around.left + i] = around.cells[found[i]]
          else addLine(line, y, around, found, { ALPHA })
        }
        addSums(around, sums)
      }
    }
  },
})

type Shape = Record<'width' | 'height' | 'columns' | 'rows' | 'fraction' | 'placeScale' | 'placeShift', number>

/** The centres around a cell, whose first pixel is (`left`, `top`). */
interface Around {
  shape: Shape
  left: number
  top: number
  /** Cells by slot, row by row; at the image's border some are the same. */
  cells: Uint32Array
  /** CENTER_WORDS for each slot, the places in units of colour. */
  centers: Int32Array
  /** For each slot the number of its pixels, then sums of their fields, of x and of y. */
  sums: Float64Array
}

function centersAround(shape: Shape, centers: Uint32Array, row: number, column: number): Around {
  const { width, height, columns, rows } = shape
  const left = partStart(column, width, columns)
  const top = partStart(row, height, rows)
  const around = { shape, left, top, cells: new Uint32Array(SLOTS), centers: new Int32Array(CENTER_WORDS * SLOTS) }
  for (let slot = 0; slot < SLOTS; slot++) {
    const x = Math.min(Math.max(column + (slot % 3) - 1, 0), columns - 1)
    const y = Math.min(Math.max(row + Math.floor(slot / 3) - 1, 0), rows - 1)
    const cell = y * columns + x
    const center = around.centers.subarray(CENTER_WORDS * slot, CENTER_WORDS * (slot + 1))
    center.set(centers.subarray(CENTER_WORDS * cell, CENTER_WORDS * (cell + 1)))
    center[4] = scaled(shape, center[4] - (left << PLACE_BITS))
    center[5] = scaled(shape, center[5] - (top << PLACE_BITS))
    around.cells[slot] = cell
  }
  return { ...around, sums: new Float64Array(7 * SLOTS) }
}

/** A place in units of colour. */
function scaled({ placeScale, placeShift }: Shape, place: number): number {
  return Math.imul(place, placeScale) >> placeShift
}

/** Writes the slot of the nearest centre of each pixel of a line of a cell, `y` pixels below its first. */
function nearestSlots(line: Uint32Array, y: number, around: Around, found: Uint32Array, { ALPHA }: WordFlags): void {
  const { shape, centers } = around
  const { fraction, placeScale, placeShift } = shape
  const placeY = scaled(shape, y << PLACE_BITS)
  const shiftL = ALPHA ? 23 : 20
  const shiftA = ALPHA ? 15 : 10
  const shiftB = ALPHA ? 7 : 0
  const mask = ALPHA ? 255 : 1023
  const unit = 2 ** fractionOf(0, fraction, { ALPHA })
  const alphaUnit = 2 ** fractionOf(3, fraction, { ALPHA })
  for (let i = 0; i < line.length; i++) {
    const word = line[i]
    const l = Math.imul(word >>> shiftL, unit)
    const a = Math.imul((word >>> shiftA) & mask, unit)
    const b = Math.imul((word >>> shiftB) & mask, unit)
    const alpha = ALPHA ? Math.imul(word & 127, alphaUnit) : 0
    const placeX = Math.imul(i << PLACE_BITS, placeScale) >> placeShift
    let least = 0x7fffffff
    let nearest = 0
    for (let slot = 0; slot < SLOTS; slot++) {
      const at = CENTER_WORDS * slot
      const dl = l - centers[at]
      const da = a - centers[at + 1]
      const db = b - centers[at + 2]
      const dAlpha = alpha - centers[at + 3]
      const dx = placeX - centers[at + 4]
      const dy = placeY - centers[at + 5]
      const color = (Math.imul(dl, dl) + Math.imul(da, da) + Math.imul(db, db) + Math.imul(dAlpha, dAlpha)) | 0
      const distance = (color + Math.imul(dx, dx) + Math.imul(dy, dy)) | 0
      if (distance < least) {
        least = distance
        nearest = slot
      }
    }
    found[i] = nearest
  }
}

/** Adds the pixels of a line to the sums of their slots. */
function addLine(line: Uint32Array, y: number, { left, sums }: Around, found: Uint32Array, flags: WordFlags): void {
  for (let i = 0; i < line.length; i++) {
    const word = line[i]
    const at = 7 * found[i]
    sums[at]++
    sums[at + 1] += fieldOf(word, 0, flags)
    sums[at + 2] += fieldOf(word, 1, flags)
    sums[at + 3] += fieldOf(word, 2, flags)
    sums[at + 4] += fieldOf(word, 3, flags)
    sums[at + 5] += left + i
    sums[at + 6] += y
  }
}

/** Adds the sums of slots to those of their cells. */
function addSums({ cells, sums: own }: Around, sums: Uint32Array): void {
  for (let slot = 0; slot < SLOTS; slot++) {
    const at = SUM_WORDS * cells[slot]
    sums[at] += own[7 * slot]
    for (let field = 0; field < 6; field++) addU64(sums, at + 1 + 2 * field, own[7 * slot + 1 + field])
  }
}
