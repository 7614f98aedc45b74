import type { Traits } from '../../engine/traits.js'
import { MAX_TILE, PLACE_BITS } from '../../kernels/segments/superpixel.js'
import type { MergeLimits } from './merge-regions.js'

/**
 * Units of a pixel's word in a unit of compactness, 1/200 in Oklab: one of CIELAB, which compactness is in elsewhere, is
 * about 1/100 of lightness and 1/300 of chroma.
 */
const UNITS = 31875 / 16 / 200
/** Maximum squared distance of two colours, in squared units. */
const COLOR_DISTANCE = 2 * 1993 ** 2 + 2 * 1024 ** 2
/** Maximum distance of a pixel from a centre along an axis, in cells: both are within one cell of the centre's own. */
const CELLS = 3

/** Compactness from which on superpixels are nearly the cells: distances of places are then as large as numbers allow. */
const MAX_COMPACTNESS = 760

/** The cells of an image, one for each superpixel, and the numbers that kernels measure distances with. */
export interface SuperpixelGrid {
  width: number
  height: number
  columns: number
  rows: number
  /** Binary digits of the centres' colours below the unit of words. */
  fraction: number
  placeScale: number
  placeShift: number
}

/** Cells about as wide as high, as near to `segments` as whole rows and columns allow. */
export function superpixelGrid(width: number, height: number, segments: number, compactness: number): SuperpixelGrid {
  const [columns, rows] =
    width >= height ? cellsOf(width, height, segments) : cellsOf(height, width, segments).reverse()
  const spacing = Math.max(width / columns, height / rows)
  const unit = (fraction: number) => Math.min(compactness, MAX_COMPACTNESS) * UNITS * 2 ** fraction
  // Distances, and differences of them, are below 2³¹.
  const fits = (fraction: number) => COLOR_DISTANCE * 4 ** fraction + 2 * (CELLS * unit(fraction) + 2) ** 2 < 2 ** 30
  const fraction = [3, 2, 1].find(fits) ?? 0
  const perPlace = unit(fraction) / (2 ** PLACE_BITS * spacing)
  const most = CELLS * 2 ** PLACE_BITS * (Math.ceil(spacing) + 1)
  let placeShift = 0
  while (placeShift < 24 && perPlace * 2 ** (placeShift + 1) * most < 2 ** 30) placeShift++
  return { width, height, columns, rows, fraction, placeScale: Math.round(perPlace * 2 ** placeShift), placeShift }
}

/** Numbers of cells along the longer and the shorter side. */
function cellsOf(long: number, short: number, segments: number): number[] {
  const across = Math.min(Math.max(Math.round(Math.sqrt((segments * short) / long)), 1), short)
  return [Math.min(Math.max(Math.round(segments / across), 1), long), across]
}

/** The tiles of a cell, of at most MAX_TILE pixels along a side, and the workgroup for one. */
export function superpixelTiles(
  { width, height, columns, rows }: SuperpixelGrid,
  traits: Pick<Traits, 'narrowWorkgroups'>,
) {
  const [cellWidth, cellHeight] = [Math.ceil(width / columns), Math.ceil(height / rows)]
  return {
    workgroupSize: traits.narrowWorkgroups || cellWidth * cellHeight <= 256 ? 16 : 64,
    tilesAcross: Math.ceil(cellWidth / MAX_TILE),
    tilesDown: Math.ceil(cellHeight / MAX_TILE),
  }
}

/** Fragments of superpixels: those of fewer pixels than a quarter of a cell, or than `minArea`, and regions above their number. */
export function superpixelLimits(
  { width, height, columns, rows }: SuperpixelGrid,
  segments: number,
  minArea = 0,
): MergeLimits {
  const cells = columns * rows
  const fragment = Math.ceil((width * height) / cells / 4)
  return { minArea: Math.max(minArea, fragment), most: Math.max(segments, cells) }
}
