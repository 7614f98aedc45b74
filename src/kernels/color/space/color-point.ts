import { colorCoordinates } from './color.js'

/** The twin of shaders/color/space/color-point.wgsl: writes the coordinates of point `i` to `out`. */
export function loadPoint(
  points: Uint32Array,
  i: number,
  flags: { ALPHA: boolean; PACKED: boolean },
  out: Uint32Array,
): void {
  if (!flags.PACKED) {
    colorCoordinates(points[i], flags.ALPHA, out)
    return
  }
  out[0] = points[2 * i] & 0xffff
  out[1] = points[2 * i] >>> 16
  out[2] = points[2 * i + 1] & 0xffff
  out[3] = points[2 * i + 1] >>> 16
}
