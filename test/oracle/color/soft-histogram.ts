/**
 * The colour histogram of images by its definition, in float64: in Oklab (B. Ottosson, 2020), whose cube is cut by places
 * 0.2 apart in L and 4/51 in a and b, each colour divided among the eight places around it by trilinear weights.
 */

interface Rgba {
  data: ArrayLike<number>
  width: number
  height: number
}

const linear = (byte: number) => {
  const v = byte / 255
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4
}

export function oklab(r: number, g: number, b: number): [number, number, number] {
  const [lr, lg, lb] = [r, g, b].map(linear)
  const l = Math.cbrt(0.4122214708 * lr + 0.5363325363 * lg + 0.0514459929 * lb)
  const m = Math.cbrt(0.2119034982 * lr + 0.6806995451 * lg + 0.1073969566 * lb)
  const s = Math.cbrt(0.0883024619 * lr + 0.2817188376 * lg + 0.6299787005 * lb)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}

/** Shares of the 6 × 8 × 8 bins, weighted by alpha. */
export function softHistogram({ data, width, height }: Rgba): Float64Array {
  const bins = new Float64Array(6 * 8 * 8)
  let total = 0
  for (let pixel = 0; pixel < width * height; pixel++) {
    const [r, g, b, alpha] = [0, 1, 2, 3].map((channel) => data[4 * pixel + channel])
    const [lightness, greenRed, blueYellow] = oklab(r, g, b)
    const at = [lightness / 0.2, 3 + (greenRed * 51) / 4, 4 + (blueYellow * 51) / 4]
    for (let l = 0; l < 6; l++) {
      for (let a = 0; a < 8; a++) {
        for (let c = 0; c < 8; c++) {
          const near = [l, a, c].map((place, axis) => Math.max(0, 1 - Math.abs(at[axis] - place)))
          bins[(l * 8 + a) * 8 + c] += near[0] * near[1] * near[2] * alpha
        }
      }
    }
    total += alpha
  }
  return bins.map((sum) => sum / total)
}
