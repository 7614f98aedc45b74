import { NEUTRAL, OKLAB_UNITS } from '../../kernels/color/space/oklab.js'

/** A space for distances between colours, with integer coordinates below 2¹⁵: r, g, b or L, a, b, and alpha. */
export interface ColorSpace {
  readonly name: 'srgb' | 'oklab'
  /** Flag of the kernels. */
  readonly OKLAB: boolean
  /** Number of coordinates per unit: of 0 … 255 in sRGB, of L from 0 to 1 in Oklab. */
  readonly units: number
  /** The coordinates of transparent black. */
  readonly origin: readonly [number, number, number, number]
  /** Shift of Wu's seeding, which rounds coordinates to multiples of 2^shift, so that float64 holds all its sums. */
  readonly shift: number
  /** The bits of a coordinate along each axis. */
  readonly axisBits: readonly [number, number, number, number]
}

const spaces: Record<ColorSpace['name'], ColorSpace> = {
  srgb: { name: 'srgb', OKLAB: false, units: 128, origin: [0, 0, 0, 0], shift: 7, axisBits: [15, 15, 15, 15] },
  oklab: {
    name: 'oklab',
    OKLAB: true,
    units: OKLAB_UNITS,
    origin: NEUTRAL,
    shift: 5,
    axisBits: [15, 14, 14, 15],
  },
}

export function colorSpace(name: ColorSpace['name']): ColorSpace {
  return spaces[name]
}
