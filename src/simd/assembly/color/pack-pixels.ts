/** ⌊16 · ∛x⌋ of x ≤ 2³⁰: an estimate in floats, at most one off, and its remainder 2¹²x − y³ in 32 bits. */
function roots16(x: v128): v128 {
  // Not 0, and the same estimate.
  const value = f32x4.add(f32x4.convert_i32x4_s(x), f32x4.splat(1e-6))
  // A third of the exponent, within 4 %, and two steps of Halley's method, which cube that.
  const third = i32x4.trunc_sat_f32x4_s(f32x4.mul(f32x4.convert_i32x4_s(value), f32x4.splat(1.0 / 3.0)))
  const root = halley(value, halley(value, i32x4.add(third, i32x4.splat(0x2a5137a0))))
  const y = i32x4.trunc_sat_f32x4_s(f32x4.mul(root, f32x4.splat(16)))
  const rest = i32x4.sub(i32x4.shl(x, 12), i32x4.mul(i32x4.mul(y, y), y))
  const next = i32x4.add(y, i32x4.splat(1))
  const step = i32x4.add(i32x4.mul(i32x4.mul(y, next), i32x4.splat(3)), i32x4.splat(1))
  // Masks are −1.
  return i32x4.add(i32x4.sub(y, i32x4.ge_s(rest, step)), i32x4.lt_s(rest, i32x4.splat(0)))
}

function halley(value: v128, root: v128): v128 {
  const cube = f32x4.mul(f32x4.mul(root, root), root)
  const more = f32x4.add(cube, f32x4.add(value, value))
  return f32x4.div(f32x4.mul(root, more), f32x4.add(f32x4.add(cube, cube), value))
}

/** The light of a channel, `shift` bits from the right, of four pixels. */
function lightOf(pixels: usize, transfer: usize, shift: u32): v128 {
  let light = v128.load32_zero(place(pixels, transfer, shift))
  light = v128.load_lane<u32>(place(pixels + 4, transfer, shift), light, 1)
  light = v128.load_lane<u32>(place(pixels + 8, transfer, shift), light, 2)
  light = v128.load_lane<u32>(place(pixels + 12, transfer, shift), light, 3)
  return i32x4.shr_u(light, 9)
}

function place(pixel: usize, transfer: usize, shift: u32): usize {
  return transfer + ((<usize>((load<u32>(pixel) >> shift) & 0xff)) << 2)
}

function weighted(x: v128, y: v128, z: v128, a: i32, b: i32, c: i32): v128 {
  const two = i32x4.add(i32x4.mul(x, i32x4.splat(a)), i32x4.mul(y, i32x4.splat(b)))
  return i32x4.add(two, i32x4.mul(z, i32x4.splat(c)))
}

/** The words of four opaque pixels. */
function wordsOf(pixels: usize, transfer: usize): v128 {
  const r = lightOf(pixels, transfer, 0)
  const g = lightOf(pixels, transfer, 8)
  const b = lightOf(pixels, transfer, 16)
  const m = roots16(weighted(r, g, b, 868, 2788, 440))
  const dl = i32x4.sub(roots16(weighted(r, g, b, 1688, 2197, 211)), m)
  const ds = i32x4.sub(roots16(weighted(r, g, b, 362, 1154, 2580)), m)
  const light = i32x4.add(weighted(m, dl, ds, 31875, 6708, -130), i32x4.splat(131072))
  const greenRed = i32x4.add(weighted(m, dl, ds, 0, 63049, 14363), i32x4.splat((7500 << 14) + 131072))
  const blueYellow = i32x4.add(weighted(m, dl, ds, 0, 826, -25777), i32x4.splat((10000 << 14) + 131072))
  const upper = v128.or(i32x4.shl(i32x4.shr_u(light, 18), 20), i32x4.shl(i32x4.shr_u(greenRed, 18), 10))
  return v128.or(upper, i32x4.shr_u(blueYellow, 18))
}

/** The word with alpha from that of the opaque colour. */
function translucent(word: u32, alpha: u32): u32 {
  const light = ((word >> 20) * alpha) / 1020
  const greenRed = (469 * (255 - alpha) + ((word >> 10) & 1023) * alpha) / 1020
  const blueYellow = (625 * (255 - alpha) + (word & 1023) * alpha) / 1020
  return (light << 23) | (greenRed << 15) | (blueYellow << 7) | ((125 * alpha) >> 8)
}

/** The words of pixels `first` to `end` − 1; there are 32 bytes of scratch memory. */
export function packWords(
  scratch: usize,
  first: u32,
  end: u32,
  pixels: usize,
  transfer: usize,
  words: usize,
  alpha: bool,
): void {
  for (let at = first; at < end; at += 4) {
    const count = min(4, end - at)
    let from = pixels + ((<usize>at) << 2)
    const to = words + ((<usize>at) << 2)
    if (count < 4) {
      memory.copy(scratch, from, count << 2)
      from = scratch
    }
    v128.store(scratch, wordsOf(from, transfer), 16)
    for (let i: usize = 0; alpha && i < 16; i += 4) {
      store<u32>(scratch + i, translucent(load<u32>(scratch + i, 16), load<u32>(from + i) >> 24), 16)
    }
    if (count < 4) memory.copy(to, scratch + 16, count << 2)
    else v128.store(to, v128.load(scratch, 16))
  }
}
