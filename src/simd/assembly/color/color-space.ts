// Colours have four coordinates, below 2¹⁵, a lane of 32 bits each; squared distances are below 2³².

export const AXIS_BITS: u32 = 15
/** The mark of lists that did not fit, and of colours without a label. */
export const NONE: u32 = u32.MAX_VALUE

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

/** The coordinates of an 8-bit colour in sRGB, with 7 fractional bits, premultiplied. */
export function srgbOf(color: u32, alpha: bool): v128 {
  const bytes = i32x4(color & 0xff, (color >> 8) & 0xff, (color >> 16) & 0xff, 0)
  if (!alpha) return i32x4.shl(bytes, 7)
  const a = color >> 24
  const r = (256 * a * (color & 0xff) + 255) / 510
  const g = (256 * a * ((color >> 8) & 0xff) + 255) / 510
  const b = (256 * a * ((color >> 16) & 0xff) + 255) / 510
  return i32x4(r, g, b, 128 * a)
}

/** The coordinates of a point: two words of 16-bit halves if `packed`, otherwise an 8-bit colour in sRGB. */
export function pointOf(points: usize, i: u32, packed: bool, alpha: bool): v128 {
  if (packed) return i32x4.extend_low_i16x8_u(v128.load64_splat(points + ((<usize>i) << 3)))
  return srgbOf(load<u32>(points + ((<usize>i) << 2)), alpha)
}

/** The sum of the squares of four lanes. */
export function squaredLength(v: v128): u32 {
  const squares = i32x4.mul(v, v)
  const pairs = i32x4.add(squares, i32x4.shuffle(squares, squares, 2, 3, 0, 1))
  return i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1)
}
