// Oklab in integers, as shaders/color/space/oklab.wgsl.

/** Units of alpha in a byte's. */
const ALPHA_UNITS: u32 = 125

/** One step of Halley's iteration towards the cube roots of x. */
function improve(y: v128, x: v128): v128 {
  const cube = f32x4.mul(f32x4.mul(y, y), y)
  const numerator = f32x4.add(cube, f32x4.add(x, x))
  return f32x4.mul(y, f32x4.div(numerator, f32x4.add(f32x4.add(cube, cube), x)))
}

/** ⌊∛x⌋ of two whole numbers below 2⁵³, where `y` has them to within less than 1. */
function correctRoots(x: v128, y: v128): v128 {
  const one = f64x2.splat(1)
  const next = f64x2.add(y, one)
  const over = f64x2.gt(f64x2.mul(f64x2.mul(y, y), y), x)
  const under = f64x2.le(f64x2.mul(f64x2.mul(next, next), next), x)
  return f64x2.add(f64x2.sub(y, v128.and(over, one)), v128.and(under, one))
}

/** The cube roots, rounded down, of x and y of the first vector and x of the second. */
function cubeRoots(lm: v128, s: v128): v128 {
  const wide = i32x4.shuffle(f32x4.demote_f64x2_zero(lm), f32x4.demote_f64x2_zero(s), 0, 1, 4, 5)
  // Not 0, near which floats are subnormal and take a hundred times as long.
  const x = f32x4.max(wide, f32x4.splat(1))
  // A third of the exponent, and of the mantissa: off by less than 4 %.
  const third = f32x4.mul(f32x4.convert_i32x4_s(x), f32x4.splat(1 / 3))
  const start = i32x4.add(i32x4.trunc_sat_f32x4_s(third), i32x4.splat(0x2a514067))
  // To 2⁻²², of roots of at most 2¹⁷.
  const roots = i32x4.trunc_sat_f32x4_s(improve(improve(start, x), x))
  const a = i32x4.trunc_sat_f64x2_s_zero(correctRoots(lm, f64x2.convert_low_i32x4_s(roots)))
  const b = i32x4.trunc_sat_f64x2_s_zero(
    correctRoots(s, f64x2.convert_low_i32x4_s(i32x4.shuffle(roots, roots, 2, 3, 2, 3))),
  )
  return i32x4.shuffle(a, b, 0, 1, 4, 5)
}

function lightOf(transfer: usize, byte: u32): v128 {
  return f64x2.splat(<f64>load<u32>(transfer + ((<usize>byte & 0xff) << 2)))
}

/** The coordinates of an 8-bit colour, premultiplied if `alpha`. */
export function oklabOf(color: u32, transfer: usize, alpha: bool): v128 {
  const r = lightOf(transfer, color)
  const g = lightOf(transfer, color >> 8)
  const b = lightOf(transfer, color >> 16)
  const lm = f64x2.add(
    f64x2.add(f64x2.mul(r, f64x2(6915929, 3555151)), f64x2.mul(g, f64x2(8998166, 11420243))),
    f64x2.mul(b, f64x2(863121, 1801822)),
  )
  const s = f64x2.add(
    f64x2.add(f64x2.mul(r, f64x2(1481469, 0)), f64x2.mul(g, f64x2(4726458, 0))),
    f64x2.mul(b, f64x2(10569289, 0)),
  )
  const roots = cubeRoots(lm, s)
  const m = i32x4.shuffle(roots, roots, 1, 1, 1, 1)
  const dl = i32x4.sub(i32x4.shuffle(roots, roots, 0, 0, 0, 0), m)
  const ds = i32x4.sub(i32x4.shuffle(roots, roots, 2, 2, 2, 2), m)
  // Sums are below 2³² and not negative, whatever wraps around on the way.
  const rounded = i32x4.add(
    i32x4.mul(m, i32x4(31875, 0, 0, 0)),
    i32x4(65536, 7500 * 131072 + 65536, 10000 * 131072 + 65536, 0),
  )
  const sums = i32x4.add(
    i32x4.add(rounded, i32x4.mul(dl, i32x4(6708, 63049, 826, 0))),
    i32x4.mul(ds, i32x4(-130, 14363, -25777, 0)),
  )
  const lab = i32x4.shr_u(sums, 17)
  if (!alpha) return lab
  const a = color >> 24
  const rest = 255 - a
  return i32x4(
    (2 * (<u32>i32x4.extract_lane(lab, 0) * a) + 255) / 510,
    (2 * (7500 * rest + <u32>i32x4.extract_lane(lab, 1) * a) + 255) / 510,
    (2 * (10000 * rest + <u32>i32x4.extract_lane(lab, 2) * a) + 255) / 510,
    ALPHA_UNITS * a,
  )
}
