import { squaredDistance } from './color.js'
import { ALPHA_UNITS, NEUTRAL, OKLAB_UNITS, oklabCoordinates } from './oklab.js'
import { THRESHOLDS, transfer } from './transfer.js'

/** The twin of shaders/color/space/oklab-color.wgsl: the conversion of Oklab's integer coordinates to bytes. */

function cubeLight(x: number): number {
  const t = Math.max(x, 0) >>> 10
  // t³ may exceed 2⁵³, so it is computed by 26-bit halves of the square; ⌊t³ / 2²⁶⌋ is exact.
  const square = t * t
  const high = Math.floor(square / 2 ** 26)
  const low = square % 2 ** 26
  return high * t + Math.floor((low * t) / 2 ** 26)
}

function lightByte(difference: number): number {
  const light = Math.floor(Math.max(difference, 0) / 65536)
  let byte = 0
  for (let bit = 128; bit > 0; bit >>= 1) if (transfer[THRESHOLDS + byte + bit - 1] <= light) byte += bit
  return byte
}

function nearByteColor(c: Uint32Array, alpha: boolean): number[] {
  const [L, a, b] = NEUTRAL.map((neutral, axis) =>
    alpha ? Math.trunc(((c[axis] - neutral) * OKLAB_UNITS) / c[3]) : c[axis] - neutral,
  )
  const l = cubeLight(16384 * L + 6494 * a + 3536 * b)
  const m = cubeLight(16384 * L - 1730 * a - 1046 * b)
  const s = cubeLight(16384 * L - 1466 * a - 21160 * b)
  return [
    lightByte(145132 * l + 8223 * s - 117754 * m),
    lightByte(92907 * m - 45156 * l - 12151 * s),
    lightByte(60791 * s - 149 * l - 25042 * m),
  ]
}

/** The byte colour nearest to premultiplied coordinates. */
export function oklabColor(c: Uint32Array, alpha: boolean): number {
  const a = alpha ? Math.floor((c[3] + 62) / ALPHA_UNITS) : 255
  if (a === 0) return 0
  const [r, g, b] = nearByteColor(c, alpha)
  const coordinates = new Uint32Array(4)
  let nearest = 0
  let least = 0xffffffff
  for (let i = 0; i < 27; i++) {
    const v = [r + Math.floor(i / 9) - 1, g + (Math.floor(i / 3) % 3) - 1, b + (i % 3) - 1]
    if (v.some((byte) => byte < 0 || byte > 255)) continue
    const color = (v[0] | (v[1] << 8) | (v[2] << 16) | (a << 24)) >>> 0
    oklabCoordinates(color, alpha, coordinates)
    const distance = squaredDistance(coordinates, 0, c, 0)
    if (distance < least) {
      least = distance
      nearest = color
    }
  }
  return nearest
}
