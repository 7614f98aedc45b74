/** The twin of shaders/color/space/color.wgsl, color-slot.wgsl and slot-label.wgsl: 8-bit colours as integers. */

export const NO_SLOT = 0xffffffff
const MAX_PROBES = 4096

export function canonicalColor(pixel: number, alpha: boolean): number {
  return alpha && pixel < 0x01000000 ? 0 : pixel
}

/** Writes the coordinates (7 fractional bits, premultiplied) of a colour to `out`[0…3]. */
export function colorCoordinates(color: number, alpha: boolean, out: Uint32Array): void {
  const r = color & 0xff
  const g = (color >>> 8) & 0xff
  const b = (color >>> 16) & 0xff
  if (alpha) {
    const a = color >>> 24
    out[0] = (256 * a * r + 255) / 510
    out[1] = (256 * a * g + 255) / 510
    out[2] = (256 * a * b + 255) / 510
    out[3] = 128 * a
  } else {
    out[0] = 128 * r
    out[1] = 128 * g
    out[2] = 128 * b
    out[3] = 0
  }
}

/** Squared distance between `a`[i…i+3] and `b`[j…j+3]; the fourth coordinate of opaque colours is 0. */
export function squaredDistance(a: Uint32Array, i: number, b: Uint32Array, j: number): number {
  return squaredLength(a[i] - b[j], a[i + 1] - b[j + 1], a[i + 2] - b[j + 2], a[i + 3] - b[j + 3])
}

/** x² + y² + z² + w², which must be below 2³²; in integers, which engines compute twice as fast as floats. */
export function squaredLength(x: number, y: number, z: number, w: number): number {
  return (Math.imul(x, x) + Math.imul(y, y) + Math.imul(z, z) + Math.imul(w, w)) >>> 0
}

export function directSlot(color: number): number {
  return ((color & 0xff) << 16) | (color & 0xff00) | ((color >>> 16) & 0xff)
}

function hashColor(color: number): number {
  let h = color
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/**
 * The slot that holds `color` in the hash table `keys`, or the free one where it belongs; NO_SLOT if the table is too
 * full.
 */
export function hashedSlot(color: number, keys: Uint32Array, slotMask: number): number {
  const key = (color ^ 1) >>> 0
  let slot = hashColor(color) & slotMask
  for (let probes = 0; probes < MAX_PROBES; probes++) {
    if (keys[slot] === key || keys[slot] === 0) return slot
    slot = (slot + 1) & slotMask
  }
  return NO_SLOT
}

/** The label of a pixel's counted colour. */
export function slotLabel(
  pixel: number,
  keys: Uint32Array,
  slotLabels: Uint32Array,
  slotMask: number,
  alpha: boolean,
): number {
  const color = canonicalColor(pixel, alpha)
  return slotLabels[alpha ? hashedSlot(color, keys, slotMask) : rankOf(color, keys)]
}

/** The rank of an opaque colour among those of the image, ascending. */
export function rankOf(color: number, keys: Uint32Array): number {
  const slot = directSlot(color)
  const word = 2 * (slot >>> 5)
  return keys[word + 1] + countOneBits(keys[word] & ((1 << (slot & 31)) - 1))
}

function countOneBits(bits: number): number {
  let n = bits - ((bits >>> 1) & 0x55555555)
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333)
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** Adds a number below 2⁵³ to the 64-bit integer (low, high) at `array`[index]. */
export function addU64(array: Uint32Array, index: number, value: number): void {
  const low = array[index] + (value % 0x100000000)
  array[index] = low
  array[index + 1] += Math.trunc(value / 0x100000000) + Math.floor(low / 0x100000000)
}

/**
 * Adds the product of two numbers below 2³², which can exceed 2⁵³; by 16-bit halves of `a`, so that each part is exact.
 */
export function addU64Product(array: Uint32Array, index: number, a: number, b: number): void {
  const part = (a >>> 16) * b
  const low = array[index] + (part % 0x10000) * 0x10000 + (a & 0xffff) * b
  array[index] = low % 0x100000000
  array[index + 1] += Math.floor(part / 0x10000) + Math.floor(low / 0x100000000)
}

/** Adds 2¹⁶ · `high` + `low` (both below 2⁵³) to the 64-bit integer at `array`[index]. */
export function addU64Halves(array: Uint32Array, index: number, high: number, low: number): void {
  addU64(array, index, low)
  addU64(array, index, (high % 0x10000) * 0x10000)
  array[index + 1] += Math.floor(high / 0x10000)
}
