import type { QuantizeOptions } from 'lloyd'

/** What Deno and the browsers quantize an image with; the results are to be those of Node's engines, byte for byte. */
export const conformanceCases: QuantizeOptions[] = [
  { colors: 2 },
  { colors: 256 },
  { colors: 16, space: 'oklab' },
  { colors: 16, maxIterations: 2, dither: 'floyd-steinberg' },
  { colors: 256, maxIterations: 2, dither: 'blue-noise' },
  { colors: 16, maxIterations: 2, dither: 'ordered' },
  { colors: 16, maxIterations: 2, init: 'maximin' },
  { colors: 24, maxIterations: 2, space: 'oklab', init: 'k-means++', seed: 7, restarts: 2 },
  { colors: 64, maxIterations: 2, space: 'oklab', dither: 'floyd-steinberg' },
]
