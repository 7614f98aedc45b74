/** The twin of shaders/shared/random.wgsl: the first word that pcg3d makes of three integers. */
export function randomBits(a: number, b: number, c: number): number {
  let x = Math.imul(a, 1664525) + 1013904223
  let y = Math.imul(b, 1664525) + 1013904223
  let z = Math.imul(c, 1664525) + 1013904223
  x = (x + Math.imul(y, z)) | 0
  y = (y + Math.imul(z, x)) | 0
  z = (z + Math.imul(x, y)) | 0
  x ^= x >>> 16
  y ^= y >>> 16
  z ^= z >>> 16
  return (x + Math.imul(y, z)) >>> 0
}

/** Uniform in [0, 1), a multiple of 2⁻²⁴. */
export function randomUnit(a: number, b: number, c: number): number {
  return (randomBits(a, b, c) >>> 8) / 2 ** 24
}
