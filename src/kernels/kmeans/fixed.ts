/** The twin of shaders/kmeans/fixed.wgsl: 64-bit fixed point in two words, low first. */

const WORD = 2 ** 32

/** Adds `value` · `scale`, truncated to an integer, to the two's complement number at `array`[index]. */
export function addFixed(array: Uint32Array, index: number, value: number, scale: number): void {
  const magnitude = Math.trunc(Math.abs(value) * scale)
  let high = Math.floor(magnitude / WORD)
  let low = magnitude - high * WORD
  if (value < 0) {
    high = low === 0 ? WORD - high : WORD - 1 - high
    low = low === 0 ? 0 : WORD - low
  }
  addWords(array, index, low, high)
}

/** Adds two words, below 2³² each, to the number at `array`[index]. */
export function addWords(array: Uint32Array, index: number, low: number, high: number): void {
  const sum = array[index] + low
  array[index] = sum
  array[index + 1] += high + (sum >= WORD ? 1 : 0)
}

/** The number at `array`[index], in float64. */
export function fromFixed(array: Uint32Array, index: number): number {
  return (array[index + 1] | 0) * WORD + array[index]
}
