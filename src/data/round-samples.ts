/** Converts 16-bit samples to bytes: v · 255/65535, rounded. */
export function roundSamples(samples: Uint16Array): Uint8ClampedArray<ArrayBuffer> {
  const bytes = new Uint8ClampedArray(samples.length)
  for (let i = 0; i < samples.length; i++) bytes[i] = Math.floor((samples[i] + 128) / 257)
  return bytes
}
