/** The twin of shaders/shared/random.wgsl: the first word of pcg3d for three integers. */
export function randomBits(a: number, b: number, c: number): number {
  return randomWords(a, b, c)[0]
}

/** The first two words of pcg3d. */
export function randomWords(a: number, b: number, c: number): [number, number] {
  let x = Math.imul(a, 1664525) + 1013904223
  let y = Math.imul(b, 1664525) + 1013904223
  let z = Math.imul(c, 1664525) + 1013904223
  x = (x + Math.imul(y, z)) | 0
  y = (y + Math.imul(z, x)) | 0
  z = (z + Math.imul(x, y)) | 0
  x ^= x >>> 16
  y ^= y >>> 16
  z ^= z >>> 16
  x = (x + Math.imul(y, z)) | 0
  return [x >>> 0, (y + Math.imul(z, x)) >>> 0]
}

/** A uniform random number in [0, 1), a multiple of 2⁻²⁴. */
export function randomUnit(a: number, b: number, c: number): number {
  return (randomBits(a, b, c) >>> 8) / 2 ** 24
}

/** A standard normal random number (M. Giles, "Approximating the erfinv function", GPU Computing Gems, 2011). */
export function randomNormal(a: number, b: number, c: number): number {
  const x = ((randomBits(a, b, c) >>> 8) * 2 - 16777215) / 2 ** 24
  const w = -Math.log((1 - x) * (1 + x))
  const [coefficients, t] = w < 5 ? [CENTRAL, w - 2.5] : [TAIL, Math.sqrt(w) - 3]
  return Math.SQRT2 * x * coefficients.reduce((p, coefficient) => coefficient + p * t, 0)
}

const CENTRAL = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164,
  0.246640727, 1.50140941,
]
const TAIL = [
  -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047,
  1.00167406, 2.83297682,
]
