import { colorCoordinates } from './color.js'
import { oklabCoordinates } from './oklab.js'

/** The twin of shaders/color/space/color-space.wgsl: writes a colour's coordinates in the space of the flags to `out`[0…3]. */
export function spaceCoordinates(color: number, flags: { ALPHA: boolean; OKLAB: boolean }, out: Uint32Array): void {
  if (flags.OKLAB) oklabCoordinates(color, flags.ALPHA, out)
  else colorCoordinates(color, flags.ALPHA, out)
}
