/** x^0.4, x from 0.001 to 1, by Newton's iteration: only operations that IEEE 754 defines to the last bit, unlike a power. */
function twoFifths(x: number): number {
  const square = x * x
  let root = 1
  for (let i = 0; i < 40; i++) root -= (root - square / (root * root * (root * root))) / 5
  return root
}

/** Linear light of an sRGB value, both from 0 to 1 (IEC 61966-2-1). */
function light(value: number): number {
  if (value <= 0.04045) return value / 12.92
  const x = (value + 0.055) / 1.055
  return x * x * twoFifths(x)
}

/** Offset of the thresholds. */
export const THRESHOLDS = 256

/**
 * The buffer that kernels bind as `transfer`: linear light of each sRGB byte, × 2²⁷, rounded; then the linear light
 * halfway between adjacent bytes, × 2³⁰, rounded: the byte of a light is the number of these that are not above it. The
 * same in every runtime; test/color/oklab.test.ts checks it in exact arithmetic.
 */
export const transfer: Uint32Array<ArrayBuffer> = /* @__PURE__ */ Uint32Array.from({ length: 511 }, (_, i) =>
  Math.round(i < THRESHOLDS ? 2 ** 27 * light(i / 255) : 2 ** 30 * light((i - THRESHOLDS + 0.5) / 255)),
)
