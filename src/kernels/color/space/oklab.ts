import { transfer } from './transfer.js'

/** The twin of shaders/color/space/oklab.wgsl: Oklab in integers. */

/** Number of units in 1 of L, a and b, and in full alpha. */
export const OKLAB_UNITS = 31875
/** The coordinates of transparent black. */
export const NEUTRAL = [0, 7500, 10000, 0] as const
/** OKLAB_UNITS / 255 */
export const ALPHA_UNITS = 125

/** ⌊∛x⌋ of an integer below 2⁵³; any rounding error of `Math.cbrt` is corrected. */
export function cubeRoot(x: number): number {
  let y = Math.round(Math.cbrt(x))
  while (y * y * y > x) y--
  while ((y + 1) * (y + 1) * (y + 1) <= x) y++
  return y
}

/** Writes the coordinates of a colour, premultiplied with `alpha`, to `out`[0…3]. */
export function oklabCoordinates(color: number, alpha: boolean, out: Uint32Array): void {
  const r = transfer[color & 0xff]
  const g = transfer[(color >>> 8) & 0xff]
  const b = transfer[(color >>> 16) & 0xff]
  const l = cubeRoot(6915929 * r + 8998166 * g + 863121 * b)
  const m = cubeRoot(3555151 * r + 11420243 * g + 1801822 * b)
  const s = cubeRoot(1481469 * r + 4726458 * g + 10569289 * b)
  const dl = l - m
  const ds = s - m
  out[0] = Math.floor((31875 * m + 6708 * dl - 130 * ds + 65536) / 131072)
  out[1] = (63049 * dl + 14363 * ds + (7500 * 131072 + 65536)) >>> 17
  out[2] = (826 * dl - 25777 * ds + (10000 * 131072 + 65536)) >>> 17
  out[3] = 0
  if (!alpha) return
  const a = color >>> 24
  for (let axis = 0; axis < 3; axis++) out[axis] = (2 * (NEUTRAL[axis] * (255 - a) + out[axis] * a) + 255) / 510
  out[3] = ALPHA_UNITS * a
}
