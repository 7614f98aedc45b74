/**
 * Oklab in integers from the published decimals and the definition of sRGB, in BigInt, without code from `src`. 31 875
 * units to 1; a is shifted by 7 500 and b by 10 000 units; alpha has 125 units per level.
 */

export const UNITS = 31875
export const ORIGIN = [0, 7500, 10000, 0]

/** ⌊ᵈ√x⌋ by Newton's iteration from above. */
export function integerRoot(x: bigint, degree: bigint): bigint {
  if (x < 2n) return x
  let root = 1n << (BigInt(x.toString(2).length) / degree + 1n)
  for (;;) {
    const next = ((degree - 1n) * root + x / root ** (degree - 1n)) / degree
    if (next >= root) return root
    root = next
  }
}

/** Linear light of the sRGB value n/d (IEC 61966-2-1), × scale, rounded half up, in exact arithmetic. */
export function linearLight(n: bigint, d: bigint, scale: bigint): bigint {
  if (n * 100000n <= 4045n * d) return (2n * n * 100n * scale + d * 1292n) / (2n * d * 1292n)
  // ((n/d + 0.055) / 1.055)^(12/5) = (p/q)^(12/5), and ⌊2y⌋⁵ ≤ (2y)⁵.
  const p = 1000n * n + 55n * d
  const q = 1055n * d
  return (integerRoot((p ** 12n * (2n * scale) ** 5n) / q ** 12n, 5n) + 1n) / 2n
}

export const lightOfByte = Array.from({ length: 256 }, (_, v) => linearLight(BigInt(v), 255n, 2n ** 27n))
/** Halfway from byte v to v + 1. */
export const lightBetween = Array.from({ length: 255 }, (_, v) => linearLight(2n * BigInt(v) + 1n, 510n, 2n ** 30n))

/** A decimal × scale, rounded. */
const scaled = (decimal: number, scale: number) => BigInt(Math.round(decimal * scale))

// B. Ottosson, "A perceptual color space for image processing", 2020.
const lightToCones = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
].map((row) => {
  const integers = row.map((value) => scaled(value, 2 ** 24))
  // The largest is adjusted for rounding, so that grey stays grey.
  const largest = integers.indexOf(integers.reduce((a, b) => (a > b ? a : b)))
  integers[largest] += 2n ** 24n - integers.reduce((a, b) => a + b)
  return integers
})
/** Coefficients of l′ and s′, as differences to m′; the rows sum to 1, 0 and 0. */
const rootsToLab = [
  [0.2104542553, -0.0040720468],
  [1.9779984951, 0.4505937099],
  [0.0259040371, -0.808675766],
].map((row) => row.map((value) => scaled(value, UNITS)))
const labToRoots = [
  [0.3963377774, 0.2158037573],
  [-0.1055613458, -0.0638541728],
  [-0.0894841775, -1.291485548],
].map((row) => row.map((value) => scaled(value, 2 ** 14)))
/** Roots are in 16 × 31875 parts, cubes in that ³ / 2²⁶, and light in 2³⁰. */
const cubeUnits = (16 * UNITS) ** 3 / 2 ** 26
const conesToLight = [
  [4.0767416621, -3.3077115913, 0.2309699292],
  [-1.2684380046, 2.6097574011, -0.3413193965],
  [-0.0041960863, -0.7034186147, 1.707614701],
].map((row) => row.map((value) => scaled(value, 2 ** 46 / cubeUnits)))

/** ⌊∛x⌋ of an integer below 2⁵³, from a corrected estimate. */
function cubeRoot(x: bigint): bigint {
  let root = BigInt(Math.floor(Math.cbrt(Number(x))))
  while (root ** 3n > x) root--
  while ((root + 1n) ** 3n <= x) root++
  return root
}

const dot = (a: readonly bigint[], b: readonly bigint[]) => a.reduce((sum, value, i) => sum + value * b[i], 0n)

const known = new Map<number, number[]>()

/** L, a, b (and with 4 channels alpha, all premultiplied) of an RGBA colour. */
export function oklabCoordinates([r, g, b, alpha]: readonly number[], channels: number): number[] {
  const key = (r * 256 + g) * 256 + b
  let lab = known.get(key)
  if (!lab) {
    const light = [lightOfByte[r], lightOfByte[g], lightOfByte[b]]
    const [l, m, s] = lightToCones.map((row) => cubeRoot(dot(row, light)))
    lab = rootsToLab.map((row, axis) => {
      const whole = (BigInt(ORIGIN[axis]) << 17n) + (axis === 0 ? BigInt(UNITS) * m : 0n)
      return Number((whole + dot(row, [l - m, s - m]) + 65536n) >> 17n)
    })
    known.set(key, lab)
  }
  if (channels === 3) return [...lab]
  const mixed = lab.map((value, axis) => Math.floor((2 * (ORIGIN[axis] * (255 - alpha) + value * alpha) + 255) / 510))
  return [...mixed, 125 * alpha]
}

/** The byte nearest to linear light / 2⁴⁶. */
function byteOfLight(light: bigint): number {
  const positive = light > 0n ? light >> 16n : 0n
  return lightBetween.filter((threshold) => threshold <= positive).length
}

/**
 * RGBA of a centroid: the nearest of the byte colours at most one level from its inverse transform; the least key among
 * equals.
 */
export function oklabRounded(centroid: readonly number[]): number[] {
  const channels = centroid.length
  const alpha = channels === 4 ? Math.round(centroid[3] / 125) : 255
  if (alpha === 0) return [0, 0, 0, 0]
  const lab = [0, 1, 2].map((axis) => {
    const offset = BigInt(centroid[axis] - ORIGIN[axis])
    return channels === 4 ? (offset * BigInt(UNITS)) / BigInt(centroid[3]) : offset
  })
  const cubes = labToRoots.map((row) => {
    const root = ((lab[0] << 14n) + dot(row, lab.slice(1))) >> 10n
    return root > 0n ? (root ** 3n) >> 26n : 0n
  })
  const near = conesToLight.map((row) => byteOfLight(dot(row, cubes)))
  let best: number[] = []
  let least = Number.POSITIVE_INFINITY
  const around = (byte: number) => [byte - 1, byte, byte + 1].filter((value) => value >= 0 && value <= 255)
  for (const r of around(near[0])) {
    for (const g of around(near[1])) {
      for (const b of around(near[2])) {
        const coordinates = oklabCoordinates([r, g, b, alpha], channels)
        const distance = coordinates.reduce((sum, value, axis) => sum + (value - centroid[axis]) ** 2, 0)
        if (distance >= least) continue
        least = distance
        best = [r, g, b, alpha]
      }
    }
  }
  return best
}

/** L, a, b of sRGB bytes in float64. */
export function oklab([r, g, b]: readonly number[]): number[] {
  const light = [r, g, b].map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4))
  const cone = (x: number, y: number, z: number) => Math.cbrt(x * light[0] + y * light[1] + z * light[2])
  const l = cone(0.4122214708, 0.5363325363, 0.0514459929)
  const m = cone(0.2119034982, 0.6806995451, 0.1073969566)
  const s = cone(0.0883024619, 0.2817188376, 0.6299787005)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}
