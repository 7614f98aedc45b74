import { NEUTRAL, OKLAB_UNITS } from '../../kernels/color/space/oklab.js'

/**
 * The eleven basic colour terms (B. Berlin and P. Kay, "Basic Color Terms", 1969), which cover all colours: teal is green
 * or blue, olive green or yellow, beige white, brown or orange.
 */
export const COLOR_TERMS = [
  'black',
  'grey',
  'white',
  'red',
  'orange',
  'brown',
  'yellow',
  'green',
  'blue',
  'purple',
  'pink',
] as const

export type ColorTerm = (typeof COLOR_TERMS)[number]

type Hue = 'red' | 'orange' | 'yellow' | 'green' | 'blue' | 'purple'

/** Where hues begin, as a direction (a, b) in Oklab: at 345°, 34°, 80°, 116°, 194° and 288°. */
const HUES: readonly (readonly [hue: Hue, a: number, b: number])[] = [
  ['red', 966, -259],
  ['orange', 829, 559],
  ['yellow', 174, 985],
  ['green', -438, 899],
  ['blue', -970, -242],
  ['purple', 309, -951],
]

/**
 * The basic term for a colour: black, grey and white by lightness where there is little chroma; else that of its hue,
 * of which dark orange is brown, and light red pink. The limits were set by the names of CSS and of the ISCC-NBS system
 * (K. Kelly and D. Judd, "Color: universal language and dictionary of names", 1976).
 *
 * @param coordinates L, a, b in Oklab as integers, as `oklabCoordinates` writes them
 */
export function colorTerm(coordinates: ArrayLike<number>): ColorTerm {
  const lightness = coordinates[0] / OKLAB_UNITS
  const a = (coordinates[1] - NEUTRAL[1]) / OKLAB_UNITS
  const b = (coordinates[2] - NEUTRAL[2]) / OKLAB_UNITS
  const chroma = Math.sqrt(a * a + b * b)
  if (lightness < 0.2 || (lightness < 0.28 && chroma < 0.04)) return 'black'
  if (lightness > 0.9 && chroma < 0.04) return 'white'
  if (chroma < 0.025) return 'grey'
  const turnedFrom = (at: number) => HUES[at][1] * b - HUES[at][2] * a
  const at = HUES.findIndex((_, hue) => turnedFrom(hue) >= 0 && turnedFrom((hue + 1) % HUES.length) < 0)
  // Warmer than 15°, 60° and 98°.
  const isWarm = 966 * b - 259 * a >= 0
  const isPeach = 500 * b - 866 * a < 0
  const isOlive = -139 * b - 990 * a >= 0
  switch (HUES[Math.max(0, at)][0]) {
    case 'red':
      if (!isWarm) return lightness > 0.6 ? 'pink' : 'red'
      if (lightness > 0.66 && chroma < 0.17) return 'pink'
      return chroma < 0.07 ? 'brown' : 'red'
    case 'orange':
      if (lightness >= 0.8 && chroma < 0.09) return isPeach ? 'pink' : 'yellow'
      return lightness < 0.62 || (lightness < 0.72 && chroma < 0.13) || chroma < 0.09 ? 'brown' : 'orange'
    case 'yellow':
      if (lightness >= 0.8 || (lightness >= 0.62 && chroma >= 0.09)) return 'yellow'
      return isOlive ? 'green' : 'brown'
    case 'purple':
      return lightness > 0.8 && a > 0 && chroma > 0.06 && -b < a ? 'pink' : 'purple'
    case 'green':
      return 'green'
    case 'blue':
      return 'blue'
  }
}
