import { OKLAB_UNITS } from './oklab.js'

/** The twin of shaders/color/space/color-cell.wgsl: the colour cube, cut into 2^bits parts along every axis. */

export interface CellFlags {
  ALPHA: boolean
  OKLAB: boolean
}

const AXIS_BITS = 15

/** The alpha coordinate of opaque colours. */
export const opaqueAlpha = ({ OKLAB }: CellFlags) => (OKLAB ? OKLAB_UNITS : 255 * 128)

/** Difference between the bits along a and b and those along L. */
const narrow = ({ OKLAB }: CellFlags) => (OKLAB ? 1 : 0)

/** The cell of coordinates. */
export function colorCell(c: Uint32Array, bits: number, flags: CellFlags): number {
  const shift = AXIS_BITS - bits
  const sideways = shift - narrow(flags)
  const rgb = ((((c[0] >>> shift) << bits) | (c[1] >>> sideways)) << bits) | (c[2] >>> sideways)
  return flags.ALPHA ? (rgb << bits) | (c[3] >>> shift) : rgb
}

/**
 * The number of cells, which is also the distance between a cell's candidates: the first ones of all cells are
 * consecutive, followed by the second ones.
 */
export function countCells(bits: number, { ALPHA }: { ALPHA: boolean }): number {
  return 1 << ((ALPHA ? 4 : 3) * bits)
}

/** Writes the minimum and maximum coordinates in a cell. */
export function cellBounds(cell: number, bits: number, flags: CellFlags, low: Uint32Array, high: Uint32Array): void {
  const axes = flags.ALPHA ? 4 : 3
  for (let axis = 0; axis < axes; axis++) {
    const shift = AXIS_BITS - bits - (axis === 1 || axis === 2 ? narrow(flags) : 0)
    low[axis] = ((cell >>> ((axes - 1 - axis) * bits)) & (2 ** bits - 1)) << shift
    high[axis] = low[axis] + 2 ** shift - 1
  }
}
