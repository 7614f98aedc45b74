// Colours have four coordinates, below 2¹⁵, a lane each; squared distances are below 2³².

export const AXIS_BITS: u32 = 15
/** The mark of lists that did not fit, and of colours without a label. */
export const NONE: u32 = u32.MAX_VALUE

/** The sum of the squares of four lanes. */
export function squaredLength(v: v128): u32 {
  const squares = i32x4.mul(v, v)
  const pairs = i32x4.add(squares, i32x4.shuffle(squares, squares, 2, 3, 0, 1))
  return i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1)
}

/** The cell of coordinates: `bits` of each, and with `narrow` one more of the second and third. */
export function cellOf(c: v128, bits: u32, narrow: u32, alpha: bool): u32 {
  const shift = AXIS_BITS - bits
  const sideways = shift - narrow
  const x = <u32>i32x4.extract_lane(c, 0) >> shift
  const y = <u32>i32x4.extract_lane(c, 1) >> sideways
  const z = <u32>i32x4.extract_lane(c, 2) >> sideways
  const cell = (((x << bits) | y) << bits) | z
  return alpha ? (cell << bits) | (<u32>i32x4.extract_lane(c, 3) >> shift) : cell
}
