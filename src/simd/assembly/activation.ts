// Element-wise activations by their number in shaders/shared/activation.wgsl, within some units in the last place.

/** exp(x) of x ≤ 0: 2ⁿ · exp(r), |r| ≤ log(2) / 2, by the series to r⁷; 0 below the least normal number. */
export function expNegative(x: v128): v128 {
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(<f32>Math.LOG2E)))
  // log(2) in two parts, of which the first times n is exact.
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)))
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.1219444005469057e-4)))
  let sum = f32x4.splat(1.0 / 5040)
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.0 / 720))
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.0 / 120))
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.0 / 24))
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.0 / 6))
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(0.5))
  sum = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(sum, r), r), r), f32x4.splat(1))
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23)
  return v128.andnot(f32x4.mul(sum, power), f32x4.lt(x, f32x4.splat(-87)))
}

/** log(1 + e) of 0 ≤ e ≤ 1: 2 artanh(e / (2 + e)), by its series. */
function logOnePlus(e: v128): v128 {
  const s = f32x4.div(e, f32x4.add(e, f32x4.splat(2)))
  const square = f32x4.mul(s, s)
  let sum = f32x4.splat(2.0 / 15)
  sum = f32x4.add(f32x4.mul(sum, square), f32x4.splat(2.0 / 13))
  sum = f32x4.add(f32x4.mul(sum, square), f32x4.splat(2.0 / 11))
  sum = f32x4.add(f32x4.mul(sum, square), f32x4.splat(2.0 / 9))
  sum = f32x4.add(f32x4.mul(sum, square), f32x4.splat(2.0 / 7))
  sum = f32x4.add(f32x4.mul(sum, square), f32x4.splat(2.0 / 5))
  sum = f32x4.add(f32x4.mul(sum, square), f32x4.splat(2.0 / 3))
  return f32x4.add(f32x4.mul(f32x4.mul(sum, square), s), f32x4.add(s, s))
}

/** (1 if z ≥ 0, else e) / (1 + e) with e = exp(-|z|). */
export function sigmoid(z: v128): v128 {
  const one = f32x4.splat(1)
  const e = expNegative(f32x4.neg(f32x4.abs(z)))
  return f32x4.div(v128.bitselect(e, one, f32x4.lt(z, f32x4.splat(0))), f32x4.add(one, e))
}

/** log(1 + exp(z)). */
export function softplus(z: v128): v128 {
  return f32x4.add(f32x4.max(z, f32x4.splat(0)), logOnePlus(expNegative(f32x4.neg(f32x4.abs(z)))))
}

/** tanh by the continued fraction (Lambert) near 0, and by exp elsewhere. */
function tanh(z: v128): v128 {
  const one = f32x4.splat(1)
  const size = f32x4.abs(z)
  const e = expNegative(f32x4.mul(size, f32x4.splat(-2)))
  const far = f32x4.div(f32x4.sub(one, e), f32x4.add(one, e))
  const square = f32x4.mul(z, z)
  const top = f32x4.add(
    f32x4.mul(f32x4.add(f32x4.mul(f32x4.splat(21), square), f32x4.splat(1260)), square),
    f32x4.splat(10395),
  )
  const bottom = f32x4.add(
    f32x4.mul(f32x4.add(f32x4.mul(f32x4.add(square, f32x4.splat(210)), square), f32x4.splat(4725)), square),
    f32x4.splat(10395),
  )
  const near = f32x4.div(f32x4.mul(z, top), bottom)
  const signed = v128.or(far, v128.and(z, f32x4.splat(-0)))
  return v128.bitselect(near, signed, f32x4.lt(size, f32x4.splat(0.5)))
}

/** An activation of 4 values. */
function activate(kind: u32, z: v128): v128 {
  if (kind === 1) return f32x4.max(z, f32x4.splat(0))
  // Adding 0 makes no -0.
  const zero = f32x4.splat(0)
  if (kind === 2) {
    return v128.bitselect(z, f32x4.add(f32x4.mul(z, f32x4.splat(0.01)), zero), f32x4.gt(z, zero))
  }
  if (kind === 3) return sigmoid(z)
  if (kind === 4) return tanh(z)
  if (kind === 5) return softplus(z)
  return z
}

/** Adds the values at `bias`, unless that is 0, to those from `at` to `end`, and activates them. */
export function activateRow(at: usize, end: usize, bias: usize, kind: u32): void {
  for (; at + 16 <= end; at += 16) {
    let z = v128.load(at)
    if (bias) {
      z = f32x4.add(z, v128.load(bias))
      bias += 16
    }
    v128.store(at, activate(kind, z))
  }
  for (; at < end; at += 4) {
    let z = load<f32>(at)
    if (bias) {
      z += load<f32>(bias)
      bias += 4
    }
    store<f32>(at, f32x4.extract_lane(activate(kind, f32x4.splat(z)), 0))
  }
}
